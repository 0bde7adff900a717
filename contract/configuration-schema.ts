import { z } from 'zod';
import { configurationSchema } from './configuration.ts';

/** The configuration as it is written, described in JSON Schema. */
export function describedConfiguration(): Record<string, unknown> {
  const described: Record<string, unknown> = z.toJSONSchema(configurationSchema, {
    target: DIALECT,
    io: 'input',
  });
  Reflect.deleteProperty(described, '$schema'); // It becomes part of a larger description.
  return described;
}

/** The newest that all YAML editors know. */
const DIALECT = 'draft-07';

/**
 * The JSON Schema of `centre.yaml` for editors, which show `description` as help and `errorMessage` for what is wrong.
 * Names that lead nowhere and things that are there twice are found by `ringback apply` only.
 */
export function configurationJsonSchema(): Record<string, unknown> {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'urn:ringback:schema:centre',
    ...describedConfiguration(),
  };
}

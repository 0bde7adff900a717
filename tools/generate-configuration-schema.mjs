// Writes the JSON Schema that editors use for centre.yaml, then the tables of docs/reference/configuration.md.
// Run after `npm run types`:  node tools/generate-configuration-schema.mjs
import { mkdirSync, writeFileSync } from 'node:fs';
import { configurationJsonSchema } from '../dist/contract/configuration-schema.js';
import { writeReference } from './configuration-reference.mjs';

mkdirSync('contract/generated', { recursive: true });
writeFileSync(
  'contract/generated/centre.schema.json',
  `${JSON.stringify(configurationJsonSchema(), null, 2)}\n`,
);
writeReference();

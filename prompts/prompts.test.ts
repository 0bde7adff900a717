import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { PROMPTS } from '../telephony/asterisk/check-parts.ts';

const table = z
  .object({
    language: z.literal('en'),
    commands: z.array(z.string()),
    prompts: z.array(
      z.object({
        name: z.string(),
        heardBy: z.string(),
        text: z.string(),
        goesOn: z.string().optional(),
      }),
    ),
  })
  .parse(JSON.parse(readFileSync('prompts/prompts.json', 'utf8')));

const textOf = new Map(table.prompts.map((prompt) => [prompt.name, prompt.text]));

/** The prompts that the product plays; a name that is missing here or there would be silence on the phone. */
const expected = PROMPTS.map((name) => name.replace('ringback/', ''));

interface Wav {
  readonly format: number;
  readonly channels: number;
  readonly samplesPerSecond: number;
  readonly bitsPerSample: number;
  readonly samples: readonly number[];
}

/** Reads a RIFF file with the plain 44-byte header: anything else is not what Asterisk plays without conversion. */
function readWav(path: string): Wav {
  const bytes = readFileSync(path);
  expect(bytes.toString('latin1', 0, 4) + bytes.toString('latin1', 8, 16)).toBe('RIFFWAVEfmt ');
  expect(bytes.toString('latin1', 36, 40), `${path}: the samples follow the header`).toBe('data');
  expect(bytes.readUInt32LE(40), `${path}: the header tells the true length`).toBe(
    bytes.length - 44,
  );
  const samples: number[] = [];
  for (let at = 44; at + 1 < bytes.length; at += 2) samples.push(bytes.readInt16LE(at) / 32_768);
  return {
    format: bytes.readUInt16LE(20),
    channels: bytes.readUInt16LE(22),
    samplesPerSecond: bytes.readUInt32LE(24),
    bitsPerSample: bytes.readUInt16LE(34),
    samples,
  };
}

function rootMeanSquare(samples: readonly number[]): number {
  return Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
}

test('the table lists every prompt the product plays, each once', () => {
  expect(table.prompts.map((prompt) => prompt.name).toSorted()).toEqual(expected);
});

test.each(expected)('the prompt %s can be played and heard', (name) => {
  const path = `prompts/${name}.wav`;
  expect(existsSync(path), `${path} is missing: run node tools/make-prompts.mjs ${name}`).toBe(
    true,
  );
  const { samples, ...form } = readWav(path);
  expect(form).toEqual({ format: 1, channels: 1, samplesPerSecond: 8000, bitsPerSample: 16 });
  expect(rootMeanSquare(samples), `${path} is nearly silent`).toBeGreaterThan(0.05);
  expect(Math.max(...samples.map(Math.abs)), `${path} is distorted`).toBeLessThan(0.99);
});

test.each(expected)('nobody waits through silence before or after the prompt %s', (name) => {
  const { samples } = readWav(`prompts/${name}.wav`);
  const fifthOfASecond = 1600;
  expect(rootMeanSquare(samples.slice(0, fifthOfASecond))).toBeGreaterThan(0.005);
  expect(rootMeanSquare(samples.slice(-fifthOfASecond))).toBeGreaterThan(0.005);
});

test('the page of prompts tells the text and the command behind each file', () => {
  const page = readFileSync('prompts/README.md', 'utf8');
  for (const { name, text } of table.prompts) {
    const cure = `prompts/README.md lags behind prompts.json at "${name}": run node tools/make-prompts.mjs`;
    expect(page.includes(`\`${name}\``), cure).toBe(true);
    expect(page.includes(`flite -voice slt -t "${text}" raw.wav`), cure).toBe(true);
  }
});

test('S3.10 the default offer says what to press and what the caller keeps', () => {
  expect(textOf.get('offer')).toBe('Press 1 to get a callback and keep your position.');
});

test('S3.12 the default confirmation promises the call and the place', () => {
  expect(textOf.get('confirmation')).toBe(
    "We'll call you back when it's your turn. You won't lose your position.",
  );
});

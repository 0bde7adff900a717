// Speaks every prompt of prompts/prompts.json into prompts/NAME.wav and writes the table prompts/README.md.
// Needs flite (with the voice slt) and sox on the machine of the developer; nobody else needs either.
//   node tools/make-prompts.mjs            all prompts
//   node tools/make-prompts.mjs offer …    only the named ones (the table is always written)
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const table = JSON.parse(readFileSync('prompts/prompts.json', 'utf8'));
const wanted = process.argv.slice(2);
const known = new Set(table.prompts.map((prompt) => prompt.name));

for (const name of wanted) {
  if (!known.has(name)) throw new Error(`prompts/prompts.json has no prompt named "${name}"`);
}

/** The words of one command line, with the places of the prompt filled in. */
function words(command, places) {
  return command.split(' ').map((word) => word.replace(/^\{(\w+)\}$/, (_, place) => places[place]));
}

/** The same command as a person would type it. */
function typed(prompt) {
  const places = { text: `"${prompt.text}"`, raw: 'raw.wav', wav: `${prompt.name}.wav` };
  return table.commands.map((command) => words(command, places).join(' ')).join(' && ');
}

const scratch = mkdtempSync(join(tmpdir(), 'ringback-prompts-'));
for (const prompt of table.prompts) {
  if (wanted.length > 0 && !wanted.includes(prompt.name)) continue;
  const places = {
    text: prompt.text,
    raw: join(scratch, 'raw.wav'),
    wav: join('prompts', `${prompt.name}.wav`),
  };
  for (const command of table.commands) {
    const [program, ...rest] = words(command, places);
    execFileSync(program, rest, { stdio: ['ignore', 'ignore', 'inherit'] });
  }
}
rmSync(scratch, { recursive: true });

const rows = table.prompts.map((prompt) => {
  const text = prompt.goesOn === undefined ? prompt.text : `${prompt.text} … (${prompt.goesOn})`;
  return `| \`${prompt.name}\` | ${prompt.heardBy} | ${text} |`;
});
const commands = table.prompts.map((prompt) => typed(prompt));
writeFileSync(
  'prompts/README.md',
  `# Prompts

What callers, customers and agents hear, in English: 8 kHz, 16 bit, mono WAV. Written by \`node tools/make-prompts.mjs\`
from [prompts.json](prompts.json); change the text there and run it again.

A *caller* is on the line with us and waits; a *customer* has been called back; an *agent* is ours.

| name | heard by | text |
|---|---|---|
${rows.join('\n')}

## The command behind each file

\`\`\`sh
${commands.join('\n')}
\`\`\`

flite speaks the text with its voice slt; sox cuts rumble below 120 Hz, resamples to 8 kHz, trims silence at both ends,
leaves 50 ms before and 100 ms after the speech, and raises the peak to 3 dB below full scale.
`,
);

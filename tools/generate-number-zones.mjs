// Makes engine/generated/number-zones.ts from libphonenumber's table of time zones by number prefix:
//   node tools/generate-number-zones.mjs map_data.txt VERSION
// The table is resources/timezones/map_data.txt of https://github.com/google/libphonenumber (Apache License 2.0).
// Deep prefixes are folded into a shorter one, which then has the zones of all of them: that is never less strict.
import { readFileSync, writeFileSync } from 'node:fs';
import { Temporal } from 'temporal-polyfill';

const TARGET = 'engine/generated/number-zones.ts';
/** Until when two zones must show the same time to count as one. */
const YEAR_MAX = 2037;
/** How many digits a prefix keeps: an area code in the countries with many, more elsewhere. */
const DIGITS_MAX = [
  [/^1/, 4],
  [/^7/, 4],
  [/^55/, 4],
  [/^61/, 4],
  [/^/, 6],
];
/** Of several zones that show the same time these are named, because people know them. */
const WELL_KNOWN = ['America/New_York', 'America/Chicago', 'America/Denver', 'America/Los_Angeles'];

const [, , file, version] = process.argv;
if (file === undefined || version === undefined) {
  process.stderr.write('node tools/generate-number-zones.mjs map_data.txt VERSION\n');
  process.exit(1);
}

function rowsOf(text) {
  return text
    .split('\n')
    .filter((line) => /^\d+\|/.test(line))
    .map((line) => line.trim().split('|'))
    .map(([prefix, zones]) => [prefix, zones.split('&')]);
}

function folded(prefix) {
  const [, digits] = DIGITS_MAX.find(([pattern]) => pattern.test(prefix));
  return prefix.slice(0, digits);
}

/** What the clocks of a zone do from 2026 on; equal texts, equal clocks. */
const clocks = new Map();
function clockOf(zone) {
  if (!clocks.has(zone)) clocks.set(zone, transitionsOf(zone));
  return clocks.get(zone);
}

function transitionsOf(zone) {
  let at = Temporal.ZonedDateTime.from(`2026-01-01T00:00[UTC]`).withTimeZone(zone);
  const seen = [at.offset];
  for (;;) {
    at = at.getTimeZoneTransition('next');
    if (at === null || at.year > YEAR_MAX) return seen.join(' ');
    seen.push(at.toString({ timeZoneName: 'never' }));
  }
}

function oneOfEach(zones) {
  const known = [...zones].sort(
    (a, b) => Number(WELL_KNOWN.includes(b)) - Number(WELL_KNOWN.includes(a)) || (a < b ? -1 : 1),
  );
  const byClock = new Map();
  for (const zone of known) if (!byClock.has(clockOf(zone))) byClock.set(clockOf(zone), zone);
  return [...byClock.values()].sort();
}

/** The zones of the longest of `table`'s prefixes that `prefix` begins with; none: undefined. */
function nearest(table, prefix) {
  for (let length = prefix.length; length > 0; length -= 1) {
    const zones = table.get(prefix.slice(0, length));
    if (zones !== undefined) return zones;
  }
  return undefined;
}

const rows = new Map(rowsOf(readFileSync(file, 'utf8')));
const table = new Map();
for (const [prefix, zones] of rows) {
  const short = folded(prefix);
  // Numbers between the folded ones have the zones of what the original says about the shorter prefix, as long as it is
  // about that prefix itself; the whole country would make every area code as strict as the country.
  const own = prefix === short ? [] : (rows.get(short) ?? []);
  table.set(short, [...(table.get(short) ?? []), ...zones, ...own]);
}

const kept = new Map();
for (const prefix of [...table.keys()].sort((a, b) => a.length - b.length || (a < b ? -1 : 1))) {
  const zones = oneOfEach(new Set(table.get(prefix))).join(' ');
  if (nearest(kept, prefix.slice(0, -1)) !== zones) kept.set(prefix, zones);
}

const groups = new Map();
for (const [prefix, zones] of kept) groups.set(zones, [...(groups.get(zones) ?? []), prefix]);
const lines = [...groups]
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([zones, prefixes]) => `${zones}: ${prefixes.sort().join(' ')}`);
writeFileSync(
  TARGET,
  `// Made by tools/generate-number-zones.mjs from resources/timezones/map_data.txt of libphonenumber ${version},
// Copyright (C) 2012 The Libphonenumber Authors, Apache License 2.0. Changed: deep prefixes are folded into shorter ones,
// and of zones with the same clock one is left.

/** One line for each set of zones: their names, a colon, and the prefixes of numbers that may be in any of them. */
export const NUMBER_ZONES = \`
${lines.join('\n')}
\`;
`,
);
process.stdout.write(`${kept.size} prefixes, ${groups.size} sets of zones\n`);

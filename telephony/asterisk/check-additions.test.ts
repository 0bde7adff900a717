import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type GuideBlock, guideBlocks } from '../../tests/support/guide-blocks.ts';
import { type Addition, connection, dialplan, music, patience } from './check-additions.ts';
import { targetOf } from './settings.ts';

/** What the check prints for an Asterisk that has nothing yet, at the addresses of the guides. */
function everything(): readonly Addition[] {
  const target = targetOf({
    url: 'http://127.0.0.1:8088',
    username: 'ringback',
    password: 'never-shown',
  });
  return [
    ...connection(target, new Error('nothing answers')),
    ...patience(),
    ...dialplan(),
    ...music('default'),
  ];
}

/** `http.conf [general] enabled=yes`: a line with its file and section, as it counts for Asterisk. */
function settings(parts: readonly { readonly file: string; readonly lines: readonly string[] }[]) {
  return new Set(
    parts.flatMap(({ file, lines }) => {
      const name = file.replace(/,.*$/, '').replace(/(?:_additional)?_custom\./, '.');
      let section = '';
      return lines.flatMap((line) => {
        // Which context the calls of a trunk arrive in is not ours to say, and `(+)` adds to a section that is there.
        if (line.startsWith('[')) {
          section = name === 'extensions.conf' ? '' : line.replace('(+)', '');
        }
        return line.startsWith('[') ? [] : [`${name} ${section} ${line}`];
      });
    }),
  );
}

const guide = (name: string): readonly GuideBlock[] =>
  guideBlocks(readFileSync(`docs/connecting/${name}.md`, 'utf8'));

describe('the guides show the lines that the check prints', () => {
  const printed = settings(everything());

  test.each(['asterisk', 'freepbx', 'mikopbx'])('and no others: %s', (name) => {
    const shown = settings(guide(name));
    expect(shown.size).toBeGreaterThan(3);
    expect([...shown].filter((line) => !printed.has(line))).toEqual([]);
  });

  test('all of them for a plain Asterisk', () => {
    const shown = settings(guide('asterisk'));
    expect([...printed].filter((line) => !shown.has(line))).toEqual([]);
  });

  test('what the pages of FreePBX and MikoPBX do not offer, for those', () => {
    const user = [...printed].filter((line) => line.startsWith('ari.conf [ringback]'));
    const include = [...printed].filter((line) => line.includes('#include'));
    expect([...settings(guide('freepbx'))]).toEqual([...user, ...include]);
    const timeout = [...printed].filter((line) => line.includes('websocket_write_timeout'));
    const trunk = [...printed].filter((line) => line.includes('Goto(ringback-inbound'));
    const shown = settings(guide('mikopbx'));
    for (const line of [...user, ...timeout, ...trunk]) expect(shown).toContain(line);
  });

  test('the password itself is never among them', () => {
    expect([...printed].join('\n')).not.toContain('never-shown');
  });
});

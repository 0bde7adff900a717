import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { checkAsterisk } from '../../telephony/asterisk/check.ts';
import { type GuideBlock, guideBlocks } from '../support/guide-blocks.ts';
import { testWorld } from './asterisk-rig.ts';
import { type Asterisk, startAsterisk } from './support/asterisk.ts';
import { telephonyReady } from './support/asterisk-root.ts';
import { freeTcpPort } from './support/ports.ts';

const PASSWORD = 'as-long-as-you-like';
const HTTP = ['[general]', 'enabled=yes', 'bindaddr=127.0.0.1', 'bindport=8088'];

describe.skipIf(!telephonyReady())(
  'an Asterisk with the lines of a guide, and nothing else',
  () => {
    let asterisk: Asterisk | null = null;

    afterEach(async () => {
      await asterisk?.stop();
      asterisk = null;
    });

    /** The lines of a guide's nth block for a file. */
    function lines(blocks: readonly GuideBlock[], file: string, nth = 0): string {
      const found = blocks.filter((block) => block.file === file)[nth];
      expect(found, `block ${nth.toString()} for ${file}`).toBeDefined();
      return `${(found?.lines ?? []).join('\n')}\n`.replace('(the one Ringback has)', PASSWORD);
    }

    function guide(name: string): readonly GuideBlock[] {
      return guideBlocks(readFileSync(`docs/connecting/${name}.md`, 'utf8'));
    }

    /** What the check finds missing; the port of the guide may be taken here, so it is another one. */
    async function missing(files: Readonly<Record<string, string>>, prefix = ''): Promise<unknown> {
      const port = (await freeTcpPort()).toString();
      const http = (files['http.conf'] ?? '').replace('8088', port);
      asterisk = await startAsterisk({
        productDialplan: false,
        files: {
          'musiconhold.conf': '[default]\nmode=files\ndirectory=moh\n',
          ...files,
          'http.conf': http,
        },
      });
      const findings = await checkAsterisk(
        {
          settings: {
            url: `http://127.0.0.1:${port}${prefix}`,
            username: 'ringback',
            password: PASSWORD,
          },
          routes: [],
          endpoints: [],
        },
        testWorld(),
      );
      expect(findings.length).toBeGreaterThan(7);
      return findings.filter(({ ok }) => !ok);
    }

    test('has everything that Ringback needs: plain Asterisk', async () => {
      const blocks = guide('asterisk');
      const found = await missing({
        'http.conf': lines(blocks, 'http.conf'),
        'ari.conf': lines(blocks, 'ari.conf'),
        'extensions.conf': lines(blocks, 'extensions.conf', 1) + lines(blocks, 'extensions.conf'),
        'musiconhold.conf': lines(blocks, 'musiconhold.conf'),
      });
      expect(found).toEqual([]);
      expect(await asterisk?.cli('dialplan show +12025550120@from-trunk')).toContain(
        'Goto(ringback-inbound,${EXTEN},1)',
      );
    });

    test('has everything that Ringback needs: files as FreePBX lays them out', async () => {
      const blocks = guide('freepbx');
      const found = await missing({
        // Made by FreePBX from the table of the guide.
        'http.conf': `${HTTP.join('\n')}\n`,
        'ari.conf':
          '[general]\n#include ari_general_additional.conf\n#include ari_general_custom.conf\n' +
          '#include ari_additional.conf\n#include ari_additional_custom.conf\n',
        'ari_general_additional.conf':
          'enabled=yes\npretty=no\nwebsocket_write_timeout=1000\nallowed_origins=*\n',
        'ari_general_custom.conf': '',
        'ari_additional.conf': '[freepbxuser]\ntype=user\npassword=other\nread_only=no\n',
        'extensions.conf': '#include extensions_custom.conf\n[from-did]\nexten => s,1,Hangup()\n',
        'ari_additional_custom.conf': lines(blocks, 'ari_additional_custom.conf'),
        'extensions_custom.conf': lines(blocks, 'extensions_custom.conf'),
      });
      expect(found).toEqual([]);
    });

    test('has everything that Ringback needs: files as MikoPBX lays them out', async () => {
      const blocks = guide('mikopbx');
      const dialplan = readFileSync('telephony/asterisk/dialplan/ringback.conf', 'utf8');
      const files = {
        'http.conf': `${HTTP.join('\n')}\nprefix=asterisk\nenablestatic=yes\n`,
        'ari.conf':
          '[general]\nenabled = yes\npretty = yes\nallowed_origins = *\n\n[ringback]\ntype = user\n' +
          `password = ${PASSWORD}\npassword_format = plain\n\n${lines(blocks, 'ari.conf')}`,
        'extensions.conf': `[internal]\nexten => s,1,Hangup()\n${dialplan}${lines(blocks, 'extensions.conf')}`,
      };
      expect(await missing(files, '/asterisk')).toEqual([]);
      expect(
        await asterisk?.cli('dialplan show +12025550120@SIP-1683372713-incoming-custom'),
      ).toContain('Goto(ringback-inbound,${EXTEN},1)');
    });

    test('and where ARI does not stand in the pages of MikoPBX, the longer lines do', async () => {
      const blocks = guide('mikopbx');
      const dialplan = readFileSync('telephony/asterisk/dialplan/ringback.conf', 'utf8');
      const files = {
        'http.conf': `${HTTP.join('\n')}\nprefix=asterisk\n`,
        'ari.conf': lines(blocks, 'ari.conf', 1),
        'extensions.conf': dialplan + lines(blocks, 'extensions.conf'),
      };
      expect(await missing(files, '/asterisk')).toEqual([]);
    });
  },
);

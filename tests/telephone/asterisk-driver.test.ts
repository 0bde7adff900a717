import { createServer } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { prompt } from '../../core/calls/speech.ts';
import { present } from '../../core/prelude/assert.ts';
import { id } from '../../core/prelude/ids.ts';
import { asteriskDriver } from '../../telephony/asterisk/asterisk-driver.ts';
import { checkAsterisk } from '../../telephony/asterisk/check.ts';
import type { AsteriskSettings } from '../../telephony/asterisk/settings.ts';
import { ANSWERS, Bench, callTo, WAITS } from '../../telephony/conformance/bench.ts';
import { type ConformanceRig, driverConformance } from '../../telephony/conformance.ts';
import type { DriverEvent } from '../../telephony/driver.ts';
import {
  ariOf,
  asteriskRig,
  FORWARD_TARGET,
  RIG_FILES,
  settingsFor,
  testWorld,
} from './asterisk-rig.ts';
import { type Asterisk, startAsterisk } from './support/asterisk.ts';
import { telephonyReady } from './support/asterisk-root.ts';
import { freeTcpPort } from './support/ports.ts';

// telephony: a machine without Linux, root rights and sipp cannot run an Asterisk; CI fails instead of skipping.
describe.skipIf(!telephonyReady())('the Asterisk driver on a real Asterisk', () => {
  let started: Asterisk | null = null;
  const asterisk = (): Asterisk => present(started, 'Asterisk');

  beforeAll(async () => {
    started = await startAsterisk({ agents: 2, dialplan: FORWARD_TARGET, files: RIG_FILES });
  });
  afterAll(async () => started?.stop());

  driverConformance('asterisk', async () => asteriskRig(asterisk()));

  /** Runs one story on a rig, and leaves no call behind. */
  const onRig = async (
    story: (rig: ConformanceRig, bench: Bench) => Promise<void>,
    changes: Partial<AsteriskSettings> = {},
  ): Promise<void> => {
    const rig = await asteriskRig(asterisk(), changes);
    try {
      await story(rig, await Bench.connected(rig));
    } finally {
      await rig.close();
    }
  };

  test('a version without requests over the WebSocket is spoken to over HTTP', async () => {
    await onRig(
      async (rig, bench) => {
        const { caller, legId } = await bench.heldCaller(WAITS);
        const agent = await bench.talkingTo('agent', await rig.agent(ANSWERS));
        const customer = await bench.talkingTo('customer', await rig.customer(ANSWERS));
        await bench.execute({ kind: 'bridge', bridgeId: 'talk', legIds: [agent, customer] });
        expect(await rig.bridged(agent, customer)).toBe(true);
        await bench.execute({ kind: 'hang-up', legId, saying: [prompt('ringback/confirmation')] });
        expect(await bench.ending(legId)).toBe('cancelled');
        expect(await bench.hasHeard(caller, 'ringback/confirmation')).toBe(true);
        for (const leg of [agent, customer]) {
          await bench.execute({ kind: 'hang-up', legId: leg, saying: [] });
          expect(await bench.ending(leg)).toBe('cancelled');
        }
      },
      { restOverSocket: false },
    );
  });

  test('music goes on after a speech, for everyone who waits', async () => {
    await onRig(async (rig, bench) => {
      const legs = [await bench.heldCaller(WAITS), await bench.heldCaller(WAITS)];
      const [first] = legs;
      const legId = present(first, 'caller').legId;
      const speech = [prompt('ringback/position-in-line')];
      await bench.execute({ kind: 'speak', legId, speechId: `${legId}-x`, speech });
      await bench.event('speech-ended');
      for (const leg of legs) {
        const before = await packetsTo(asterisk(), leg.legId);
        await rig.until(
          'half a second of music',
          async () => (await packetsTo(asterisk(), leg.legId)) > before + 25,
          3,
        );
      }
    });
  });

  test('who is in the middle of a number when an agent answers hears nothing after it, and they talk', async () => {
    await onRig(async (rig, bench) => {
      const { caller, legId } = await bench.heldCaller(WAITS);
      const agent = await bench.talkingTo('agent', await rig.agent(ANSWERS));
      const speechId = `${legId}-number`;
      const pieces = ['ringback/offer', 'ringback/position-in-line'].map(prompt);
      const speech = [{ kind: 'number', value: 77 } as const, ...pieces];
      const from = asterisk().log().length;
      await bench.execute({ kind: 'speak', legId, speechId, speech });
      await asterisk().waitForLog(/Playing 'digits\//, from);
      await bench.execute({ kind: 'stop-speech', speechId });
      await bench.execute({ kind: 'bridge', bridgeId: 'talk', legIds: [legId, agent] });
      expect(await rig.bridged(legId, agent)).toBe(true);
      const heard = (await caller.heard()).map((each) => each.prompt);
      expect(heard).not.toContain('ringback/position-in-line');
    });
  });

  test('a frozen Ringback leaves neither customer nor caller in silence', async () => {
    const rig = await asteriskRig(asterisk());
    const { ari } = asterisk();
    const frozen = new WebSocket(`${ari.url.replace('http', 'ws')}/ari/events?app=ringback`, {
      auth: `${ari.user}:${ari.password}`,
    });
    try {
      await new Promise((resolve) => frozen.once('open', resolve));
      frozen.pause();
      const phone = await rig.customer(ANSWERS);
      await ariOf(asterisk()).channels.originateWithId({
        channelId: 'ringback.customer.frozen',
        endpoint: phone.dial,
        context: 'ringback-customer',
        extension: 's',
        priority: 1,
        variables: { RINGBACK_LEG: 'frozen' },
      });
      const caller = await rig.caller(WAITS);
      for (const who of [phone, caller]) {
        await rig.until('the fallback', async () => (await who.heard()).length > 0);
        const [heard] = await who.heard();
        expect(heard?.prompt).toBe('ringback/fallback');
        expect(heard?.secondsAfterAnswer).toBeLessThan(2);
      }
    } finally {
      frozen.terminate();
      await rig.close();
    }
  });

  test('a call that a phone sends elsewhere is dialled nowhere', async () => {
    await onRig(async (rig, bench) => {
      const from = asterisk().log().length;
      const call = callTo('agent', (await rig.agent({ kind: 'forward' })).dial);
      await bench.execute(call);
      expect(await bench.ending(call.legId)).toBe('forwarded');
      await rig.until('nothing is left', async () => (await bench.listed()).length === 0);
      expect(asterisk().log().slice(from)).not.toContain('777@from-agents');
      expect(bench.events.filter((event) => event.kind === 'call-arrived')).toEqual([]);
    });
  });

  test('a new process takes up what an earlier one left, and hears its end', async () => {
    await onRig(async (rig, bench) => {
      const { legId } = await bench.heldCaller(WAITS);
      const agent = await bench.talkingTo('agent', await rig.agent(ANSWERS));
      const ringing = callTo('customer', (await rig.customer({ kind: 'no-answer' })).dial);
      await bench.execute(ringing);
      await bench.event('leg-ringing', (event) => event.legId === ringing.legId);
      await bench.driver.close();
      const next = await Bench.connected(rig);
      expect((await next.listed()).toSorted()).toEqual([agent, legId, ringing.legId].toSorted());
      for (const leg of [agent, legId, ringing.legId]) {
        await next.execute({ kind: 'hang-up', legId: leg, saying: [] });
        expect(await next.ending(leg)).toBe('cancelled');
      }
    });
  });

  describe('an Asterisk that cannot be used is told in words', () => {
    const wordsAbout = async (settings: AsteriskSettings): Promise<string> => {
      const said: string[] = [];
      const event = await firstEvent(settings, said);
      expect(said.join()).not.toContain(settings.password);
      if (event.kind !== 'disconnected') throw new Error(`told ${event.kind}`);
      expect(event.reason).not.toContain(settings.password);
      return event.reason;
    };

    test('wrong password', async () => {
      const settings = { ...settingsFor(asterisk()), password: 'not-the-password' };
      expect(await wordsAbout(settings)).toMatch(/refuses the user name or password.*ari\.conf/);
    });

    test('nobody listens at the address', async () => {
      const settings = settingsFor(asterisk(), await freeTcpPort());
      expect(await wordsAbout(settings)).toMatch(/nothing answers at .*http\.conf/);
    });

    test('a web server that is no Asterisk', async () => {
      const server = createServer((_, response) => response.end('<html>hello</html>'));
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      expect(await wordsAbout(settingsFor(asterisk(), port))).toMatch(/is not an Asterisk/);
      server.closeAllConnections();
      server.close();
    });

    test('something that does not speak HTTP', async () => {
      const server = createTcpServer((socket) => socket.end('220 mail.example.com ESMTP\r\n'));
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      expect(await wordsAbout(settingsFor(asterisk(), port))).toMatch(/does not speak HTTP/);
      server.close();
    });
  });

  describe('the check of a PBX', () => {
    const request = (pbx: Asterisk): Parameters<typeof checkAsterisk>[0] => ({
      settings: settingsFor(pbx),
      routes: [{ name: 'carrier', dial: 'PJSIP/{number}@carrier' }],
      endpoints: ['PJSIP/agent1'],
    });

    test('finds nothing to do on a PBX that is ready, beside a Ringback that is connected', async () => {
      await onRig(async (_rig, bench) => {
        const findings = await checkAsterisk(request(asterisk()), testWorld());
        expect(findings.filter((finding) => !finding.ok)).toEqual([]);
        expect(findings.map((finding) => finding.what)).toContain('route carrier');
        expect(bench.driver.isReady()).toBe(true);
        expect(bench.events.map((event) => event.kind)).toEqual(['connected']);
        expect(await ariOf(asterisk()).channels.list()).toEqual([]);
      });
    });

    test('names what is missing, and the lines to add', async () => {
      const bare = await startAsterisk({
        productDialplan: false,
        files: { 'musiconhold.conf': '' },
      });
      try {
        const findings = await checkAsterisk(
          {
            ...request(bare),
            routes: [{ name: 'far', dial: 'PJSIP/{number}@faraway' }],
            endpoints: ['PJSIP/nobody'],
          },
          testWorld(),
        );
        const wrong = findings.filter((finding) => !finding.ok);
        expect(wrong.map((finding) => finding.what)).toEqual([
          'dialplan',
          'music on hold',
          'route far',
          'phone PJSIP/nobody',
        ]);
        expect(wrong.map((finding) => finding.additions[0]?.file)).toEqual([
          'extensions.conf',
          'musiconhold.conf',
          'pjsip.conf',
          'pjsip.conf',
        ]);
      } finally {
        await bare.stop();
      }
    });

    test('says what a wrong password needs, and does not show the right one', async () => {
      const settings = { ...settingsFor(asterisk()), password: 'not-the-password' };
      const findings = await checkAsterisk({ ...request(asterisk()), settings }, testWorld());
      expect(findings).toMatchObject([{ what: 'connection', ok: false }]);
      expect(findings[0]?.additions[0]?.file).toBe('ari.conf');
      expect(JSON.stringify(findings)).not.toContain('not-the-password');
    });
  });
});

/** How many audio packets a leg has been sent. */
async function packetsTo(pbx: Asterisk, legId: string): Promise<number> {
  const statistics = await ariOf(pbx).channels.rtpstatistics({ channelId: id<'leg'>(legId) });
  return statistics.txcount;
}

async function firstEvent(settings: AsteriskSettings, said: string[]): Promise<DriverEvent> {
  return new Promise((resolve) => {
    const driver = asteriskDriver(testWorld(said))(settings, (event) => {
      resolve(event);
      void driver.close();
    });
  });
}

import { Agent, request } from 'node:http';
import type { BenchAsterisk } from './bench-asterisk.ts';
import { AGENT_PHONE } from './configuration.ts';
import type { Sipp } from './sipp.ts';
import { until } from './until.ts';

/** The phone answers at once and talks for little more than a second at most. */
const PHONE_FREE_AFTER_MS_MAX = 5_000;

/** Asks Asterisk to ring the phone, so many times, and gives the times from each request until its INVITE. */
export async function originateBarely(
  { ari }: BenchAsterisk,
  phone: Sipp,
  times: number,
): Promise<readonly number[]> {
  const rungBefore = phone.calls().length;
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const askedMs: number[] = [];
  for (let at = 0; at < times; at += 1) {
    const asked = nextMillisecond();
    await post(ari, agent);
    askedMs.push(asked);
    await until('the phone has hung up', PHONE_FREE_AFTER_MS_MAX, () => {
      const calls = phone.calls().slice(rungBefore);
      return calls.length === at + 1 && calls[at]?.hungUpMs !== null;
    });
  }
  agent.destroy();
  const rung = phone.calls().slice(rungBefore);
  return rung.map(({ invitedMs }, at) => invitedMs - (askedMs[at] ?? Number.NaN));
}

/** Waits, at most a millisecond, for the wall clock to move: the phone's stamps are finer than what Node reads from it. */
function nextMillisecond(): number {
  const before = Date.now();
  let now = before;
  while (now === before) now = Date.now();
  return now;
}

async function post(ari: BenchAsterisk['ari'], agent: Agent): Promise<void> {
  const query = new URLSearchParams({
    endpoint: AGENT_PHONE,
    context: 'bench-floor',
    extension: 's',
    priority: '1',
  });
  await new Promise<void>((resolve, reject) => {
    const sent = request(`${ari.url}/ari/channels?${query.toString()}`, {
      method: 'POST',
      agent,
      auth: `${ari.username}:${ari.password}`,
    });
    sent.on('response', (answer) => {
      answer.resume();
      answer.once('end', () => {
        if (answer.statusCode === 200) resolve();
        else reject(new Error(`Asterisk answered ${String(answer.statusCode)} to an originate`));
      });
    });
    sent.once('error', reject);
    sent.end();
  });
}

import { isIPv4 } from 'node:net';
import { networkInterfaces } from 'node:os';
import { parseArgs } from 'node:util';
import { PracticeRefusal } from './refusal.ts';

/** What was asked for on the command line. */
export type Wish =
  | { readonly kind: 'run'; readonly address: string }
  | { readonly kind: 'down' }
  | { readonly kind: 'help' };

export const LOOPBACK = '127.0.0.1';

export const HELP = `npm run pbx                        a throw-away Asterisk to try Ringback with; Ctrl-C ends it
npm run pbx -- --listen ADDRESS    the same for softphones on other machines: ADDRESS is one of this machine.
                                   Whoever reaches it can try passwords, and calls are not encrypted: only in a
                                   network that you trust.
npm run pbx -- down                ends it, and removes everything that it has made`;

/** Understands the arguments. @throws PracticeRefusal */
export function wishIn(arguments_: readonly string[]): Wish {
  const { listen, help, word } = parsed(arguments_);
  if (help) return { kind: 'help' };
  if (word !== undefined && word !== 'down') {
    throw new PracticeRefusal(`There is no "${word}".\n${HELP}`);
  }
  if (word === 'down') return { kind: 'down' };
  return { kind: 'run', address: checkedAddress(listen ?? LOOPBACK, ownAddresses()) };
}

function parsed(arguments_: readonly string[]): {
  readonly listen: string | undefined;
  readonly help: boolean;
  readonly word: string | undefined;
} {
  try {
    const { values, positionals } = parseArgs({
      args: [...arguments_],
      options: { listen: { type: 'string' }, help: { type: 'boolean', default: false } },
      allowPositionals: true,
    });
    return { listen: values.listen, help: values.help, word: positionals[0] };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new PracticeRefusal(`${reason}\n${HELP}`);
  }
}

/** All others would be found out by Asterisk only, which then has no SIP at all and says so in its log alone. */
function checkedAddress(address: string, own: readonly string[]): string {
  if (isIPv4(address) && own.includes(address)) return address;
  throw new PracticeRefusal(
    `${address} is no IPv4 address of this machine. It has: ${own.join(', ')}.`,
  );
}

function ownAddresses(): readonly string[] {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all.filter(({ family }) => family === 'IPv4').map(({ address }) => address);
}

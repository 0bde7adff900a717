import type { Asterisk } from './asterisk.ts';

/** One sound file that somebody began to hear. */
export interface Utterance {
  /** `PJSIP/carrier-00000000` */
  readonly channel: string;
  /** Without its ending: `ringback/offer`, `digits/2`. */
  readonly file: string;
  readonly atMs: number;
}

const PLAYED =
  /^\[(?<at>[^\]]+)\].*<(?<channel>[^>\n]+)> Playing '(?<file>[^'\n]+?)(?:\.\w+)?' \(language/gm;

/** What the PBX has spoken from one moment on, read from its own log and not from the product's. */
export class Hearing {
  readonly #asterisk: Asterisk;
  readonly #from: number;

  /** Listens from now on. */
  constructor(asterisk: Asterisk) {
    this.#asterisk = asterisk;
    this.#from = asterisk.log().length;
  }

  /** Everything in order; on one channel (or channels of one endpoint) if it is named. */
  utterances(channel = ''): readonly Utterance[] {
    // The PBX of the tests has no time zone: its log is in UTC.
    const all = Array.from(this.log().matchAll(PLAYED), ({ groups = {} }) => ({
      channel: groups['channel'] ?? '',
      file: groups['file'] ?? '',
      atMs: Date.parse(`${(groups['at'] ?? '').replace(' ', 'T')}Z`),
    }));
    return all.filter((one) => one.channel.includes(channel));
  }

  /** The files alone. */
  files(channel = ''): readonly string[] {
    return this.utterances(channel).map(({ file }) => file);
  }

  /** Waits until `file` was begun `times` times on such a channel, and gives that time. */
  async hears(file: string, channel = '', times = 1): Promise<Utterance> {
    const fits = (): Utterance | undefined =>
      this.utterances(channel).filter((one) => one.file === file)[times - 1];
    for (let from = this.#from; ; ) {
      const found = fits();
      if (found !== undefined) return found;
      const line = await this.#asterisk.waitForLog(/> Playing '[^\n]*\n/, from);
      from += line.index + line[0].length;
    }
  }

  /** The channel of the first caller since. */
  async callerChannel(): Promise<string> {
    return this.#channel(/@from-carrier:1\] Goto\("(?<channel>[^"]+)"/);
  }

  /** The channel of the first customer since who was called back and answered. */
  async customerChannel(): Promise<string> {
    return this.#channel(/@ringback-customer:1\] Set\("(?<channel>[^"]+)"/);
  }

  /** The log since. */
  log(): string {
    return this.#asterisk.log().slice(this.#from);
  }

  async #channel(pattern: RegExp): Promise<string> {
    const found = await this.#asterisk.waitForLog(pattern, this.#from);
    return found.groups?.['channel'] ?? '';
  }
}

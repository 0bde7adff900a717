import { safeForPbx } from '../driver.ts';
import { AriRefusal } from './answers.ts';
import type { Ari } from './generated/ari.ts';

/**
 * A channel that is created and never dialled: nobody hears of it, and no dialplan runs. ARI lists neither the dialplan
 * nor most configuration files, but on a channel it evaluates dialplan functions, and those read both.
 */
export class Probe {
  readonly #ari: Ari;
  readonly #channelId: string;

  private constructor(ari: Ari, channelId: string) {
    this.#ari = ari;
    this.#channelId = channelId;
  }

  /** One at a time per application: Asterisk refuses a second channel of the same name. @throws AriRefusal */
  static async open(ari: Ari, application: string): Promise<Probe> {
    const channelId = `${application}.probe`;
    await ari.channels.create({
      endpoint: 'Local/1@ringback-version/n',
      app: application,
      channelId,
    });
    return new Probe(ari, channelId);
  }

  /** What a dialplan function gives; null when it gives nothing, or what it asks for does not exist. */
  async value(expression: string): Promise<string | null> {
    const [name = '', argument = ''] = expression.split(/[()]/);
    for (const part of [name, ...argument.split(',')]) safeForPbx(part);
    try {
      const variable = { channelId: this.#channelId, variable: expression };
      return (await this.#ari.channels.getChannelVar(variable)).value;
    } catch (error) {
      // 404: no such variable. 500: the function found nothing.
      if (error instanceof AriRefusal && [404, 500].includes(error.status)) return null;
      throw error;
    }
  }

  async hasExtension(context: string, extension: string): Promise<boolean> {
    return (await this.value(`DIALPLAN_EXISTS(${context},${extension},1)`)) === '1';
  }

  async close(): Promise<void> {
    try {
      await this.#ari.channels.hangup({ channelId: this.#channelId });
    } catch (error) {
      if (!(error instanceof AriRefusal)) throw error; // Gone already.
    }
  }
}

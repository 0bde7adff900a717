import type { Command } from 'commander';
import { z } from 'zod';
import type { Problem } from '../contract/problem.ts';
import type { Asked, Reply, Route } from '../contract/route.ts';
import { ApiClient, baseUrlFrom, type Environment } from './client.ts';

/** What a command stands on. */
export interface Io {
  readonly environment: Environment;
  /** Takes text of what was asked for. */
  readonly out: (text: string) => void;
  /** Takes text of what is wrong. */
  readonly err: (text: string) => void;
  /** The terminal that `out` goes to; null, or left out, when it is a pipe or a file. */
  readonly screen?: () => Screen | null;
}

/** How much fits on a terminal. */
export interface Screen {
  readonly columns: number;
  readonly rows: number;
}

/** What a terminal understands (ECMA-48). */
const HOME = '\u001b[H';
const CLEAR_REST = '\u001b[K';
const CLEAR_BELOW = '\u001b[J';
const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';

const globalOptions = z.object({ url: z.string().optional(), json: z.boolean().default(false) });

/** Where a command finds the server, and how it says what came of it. */
export class Terminal {
  /** What the process ends with. */
  exitCode = 0;
  private readonly io: Io;

  constructor(io: Io) {
    this.io = io;
  }

  /** The variables of the process that was asked. */
  get environment(): Environment {
    return this.io.environment;
  }

  /** One line of what was asked for. */
  print(line: string): void {
    this.io.out(`${plain(line)}\n`);
  }

  /** The terminal that is written to; null for a pipe or a file. */
  screen(): Screen | null {
    return this.io.screen?.() ?? null;
  }

  /** Clears the terminal for a picture that is drawn again and again. */
  beginPicture(): void {
    this.io.out(`${HIDE_CURSOR}${HOME}${CLEAR_BELOW}`);
  }

  /** Draws lines over the ones before. Each line clears its own rest, so that nothing flickers. */
  draw(lines: readonly string[]): void {
    const text = lines.map((line) => `${plain(line)}${CLEAR_REST}\n`).join('');
    this.io.out(`${HOME}${text}${CLEAR_BELOW}`);
  }

  /** Leaves the last picture where it is. */
  endPicture(): void {
    this.io.out(SHOW_CURSOR);
  }

  /** One line of what is wrong. */
  complain(line: string): void {
    this.io.err(`${plain(line)}\n`);
  }

  /** The server that the options of the command or the environment name. */
  api(command: Command): ApiClient {
    return new ApiClient(optionsOf(command).url ?? baseUrlFrom(this.io.environment));
  }

  /** Whether the command was asked to answer for programs. */
  wantsJson(command: Command): boolean {
    return optionsOf(command).json;
  }

  /** A value as JSON, for programs. */
  printJson(value: unknown): void {
    this.io.out(`${JSON.stringify(value, null, 2)}\n`);
  }

  /** Tells why something was not done, and ends with 1. */
  refuse({ detail, code }: Problem): void {
    this.complain(`${detail} (${code})`);
    this.exitCode = 1;
  }

  /**
   * Asks one thing and prints the answer: as JSON where programs read it, else as `lines`.
   * @returns The answer; null after a refusal.
   */
  async tell<const Declared extends Route>(
    command: Command,
    question: Question<Declared>,
    lines: (value: Reply<Declared>['body']) => readonly string[],
  ): Promise<Reply<Declared>['body'] | null> {
    const answer = await this.api(command).ask(question.route, question.asked);
    if (!answer.ok) {
      if (this.wantsJson(command)) this.printJson(answer.problem);
      this.refuse(answer.problem);
      return null;
    }
    if (this.wantsJson(command)) this.printJson(answer.value);
    else for (const line of lines(answer.value)) this.print(line);
    return answer.value;
  }
}

/** A route and what it is asked with. */
export interface Question<Declared extends Route> {
  readonly route: Declared;
  readonly asked: Asked<Declared>;
}

function optionsOf(command: Command): z.output<typeof globalOptions> {
  return globalOptions.parse(command.optsWithGlobals());
}

/** A line stays a line and steers no terminal, whatever a name in it holds. */
function plain(line: string): string {
  return line.replaceAll(/\p{Cc}+/gu, ' ').trimEnd();
}

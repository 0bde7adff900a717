/** Takes one piece of text; `process.stdout.write` is one. */
export type Write = (text: string) => void;

/** Tells the person at the terminal what is going on. */
export interface Progress {
  /** One readable line. Control characters are taken out: a line stays a line, whatever a message holds. */
  readonly say: (line: string) => void;
  /** Several lines that belong together, the further ones indented. */
  readonly list: (head: string, lines: readonly string[]) => void;
}

/** Plain lines without colour or cursor tricks, so that they read the same in a terminal, a journal and a file. */
export function progressTo(write: Write): Progress {
  const say = (line: string): void => {
    write(`${line.replaceAll(/\p{Cc}+/gu, ' ').trimEnd()}\n`);
  };
  return {
    say,
    list: (head, lines) => {
      say(head);
      for (const line of lines) say(`  ${line}`);
    },
  };
}

import { expect, test } from 'vitest';
import { testTitles } from '../../tools/test-titles.ts';
import { files, read, withEnding } from '../../tools/tree.ts';
import { commandsOf, DOCUMENTED_COMMANDS } from './documented-commands.ts';

/** prompts/README.md has a test of its own beside it. */
const pages = ['README.md', 'CONTRIBUTING.md', ...docs()];

/** The pages for people; decisions are history and tell nobody what to type. */
function docs(): readonly string[] {
  return files('docs').filter((path) => path.endsWith('.md') && !path.startsWith('docs/adr/'));
}

test.each(pages)('every command in %s is shown by a test', (page) => {
  const unshown = commandsOf(read(page)).filter((command) => !DOCUMENTED_COMMANDS.has(command));
  expect(unshown, 'name what shows it in tests/start/documented-commands.ts').toEqual([]);
});

test('each command is still documented, and the test that shows it is there', () => {
  const documented = new Set(pages.flatMap((page) => commandsOf(read(page))));
  const titles = testTitles();
  for (const [command, shown] of DOCUMENTED_COMMANDS) {
    expect(documented.has(command), `${command} stands on no page any more`).toBe(true);
    if (typeof shown === 'string') continue;
    const isThere = titles.some(
      ({ path, title }) => path === shown.path && title.includes(shown.title),
    );
    expect(isThere, `${shown.path} has no test "${shown.title}", named for ${command}`).toBe(true);
  }
});

test('a command that no test runs is noticed', () => {
  const page = '```sh\nnpm start    # installs\nnpm run away\n```\nThen `ringback dance now`.';
  expect(commandsOf(page)).toEqual(['npm start', 'npm run away', 'ringback dance now']);
});

test('every warning and error of the log is explained to whoever is woken by it', () => {
  const page = read('docs/operations/running.md');
  const sentences = withEnding('.ts')
    .filter((path) => !path.endsWith('.test.ts') && !/^(?:tests|tools|server)\//.test(path))
    .flatMap((path) => sentencesIn(read(path)));
  expect(sentences.length).toBeGreaterThan(20);
  expect(sentences.filter((sentence) => !page.includes(`| ${sentence} |`))).toEqual([]);
});

/** The fixed sentences of warnings and errors: the literal in a call of `log.warn`, `log.error` or `inBackground`. */
function sentencesIn(text: string): readonly string[] {
  return [
    ...text.matchAll(/(?:\blog\.(?:warn|error)|this\.inBackground)\(([\s\S]*?)\n? *\)(?:;|,$)/gm),
  ]
    .map(([, inside = '']) => /'([^'\n]+ [^'\n]+)'/.exec(inside)?.[1] ?? '')
    .filter((sentence) => sentence !== '');
}

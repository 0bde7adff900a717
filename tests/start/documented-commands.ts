/** One test that runs a command of the pages: its file, and a part of its title. */
export interface Shown {
  readonly path: string;
  readonly title: string;
}

/** By whom a command is shown, when it is not a test: what runs it, in words. */
export type ShownBy = Shown | string;

const BENCH: Shown = { path: 'tests/start/bench.test.ts', title: 'npm run bench prints a line' };
const SIMULATE: Shown = {
  path: 'tests/start/simulate.test.ts',
  title: 'npm run simulate tells the story of one seed',
};
const CLI = 'tests/start/cli.test.ts';
const CLONE = 'tests/start/fresh-clone.test.ts';
const DEMO = 'tests/start/demo.test.ts';
const GUIDE = 'tests/start/first-ten-minutes.test.ts';
const PRACTICE = 'tests/telephone/practice-pbx.test.ts';
const inTheGuide: Shown = { path: GUIDE, title: 'followed word for word' };
const OPT_OUT: Shown = {
  path: 'tests/engine/opt-outs.test.ts',
  title: 'a number is put on the opt-out list',
};
const aDay = (title: string): Shown => ({ path: CLI, title });

/**
 * Every command that README.md, CONTRIBUTING.md or a page below docs/ tells people to type, and what shows that it works.
 * Placeholders stand as in the pages.
 */
export const DOCUMENTED_COMMANDS: ReadonlyMap<string, ShownBy> = new Map<string, ShownBy>([
  ['npm start', { path: CLONE, title: 'npm start in a fresh clone' }],
  [
    'npm start -- --empty',
    { path: DEMO, title: 'npm start -- --empty begins with nothing, and so does' },
  ],
  [
    'npx ringback status --watch',
    { path: DEMO, title: 'status --watch on a terminal draws in place' },
  ],
  ['npx ringback demo caller support', { path: DEMO, title: 'demo caller support' }],
  ['npx ringback demo remove', { path: DEMO, title: 'the practice centre runs on unseen' }],
  ['ringback demo remove', { path: DEMO, title: 'the practice centre runs on unseen' }],
  ['ringback demo reset', { path: DEMO, title: 'demo reset brings it back' }],
  ['ringback opt-out add +12025550123', OPT_OUT],
  ['ringback opt-out list', OPT_OUT],
  ['ringback opt-out remove +12025550123', OPT_OUT],
  ['ringback demo caller support', { path: DEMO, title: 'demo caller support' }],
  [
    'ringback demo caller support --presses 1 --after 10s',
    { path: 'cli/demo.test.ts', title: 'caller %s' },
  ],
  [
    'ringback demo caller support --waits --hangs-up-after 30s',
    { path: 'cli/demo.test.ts', title: 'caller %s' },
  ],
  [
    'ringback demo caller support --when-called busy',
    { path: 'cli/demo.test.ts', title: 'caller %s' },
  ],
  [
    'ringback ticket list --unread',
    { path: 'tests/engine/tickets.test.ts', title: 'a failure is found as unread' },
  ],
  [
    'ringback ticket list',
    { path: 'tests/engine/tickets.test.ts', title: 'a failure is found as unread' },
  ],
  [
    'ringback ticket show ID',
    { path: 'tests/engine/tickets.test.ts', title: 'a failure is found as unread' },
  ],
  [
    'ringback ticket assign ID bo',
    { path: 'tests/engine/tickets.test.ts', title: 'it is given to somebody' },
  ],
  [
    'ringback ticket note ID "Her daughter answered."',
    { path: 'tests/engine/tickets.test.ts', title: 'it is given to somebody' },
  ],
  [
    'ringback ticket call-again ID',
    { path: 'tests/engine/tickets.test.ts', title: 'the customer gets a new callback' },
  ],
  [
    'ringback ticket close ID',
    { path: 'tests/engine/tickets.test.ts', title: 'it is given to somebody' },
  ],
  [
    'ringback stop dialling --queue support --reason "a fire drill"',
    { path: 'tests/engine/stops.test.ts', title: 'no customer is called' },
  ],
  [
    'ringback resume dialling --queue support --reason "it is over"',
    { path: 'tests/engine/stops.test.ts', title: 'no customer is called' },
  ],
  [
    'ringback stops',
    { path: 'tests/engine/stops.test.ts', title: 'stands in status, metrics and the list' },
  ],
  [
    'ringback stops --history',
    { path: 'tests/engine/stops.test.ts', title: 'stands in status, metrics and the list' },
  ],
  ['ringback status --watch', { path: DEMO, title: 'status --watch into a pipe' }],
  ['ringback callback story ID', { path: DEMO, title: 'demo caller support' }],
  ['ringback config check', { path: CLONE, title: 'npx ringback config check says' }],
  ['npm run pbx', inTheGuide],
  ['npm run pbx -- down', inTheGuide],
  ['npm run pbx -- --listen ADDRESS', { path: PRACTICE, title: 'killed without a word' }],
  ['npx ringback apply practice/centre.yaml', inTheGuide],
  ['npx ringback callback list', inTheGuide],
  ['npx ringback agent set echo available', inTheGuide],
  [
    'npx ringback agent set agent available',
    { path: PRACTICE, title: 'an agent with a softphone is called first' },
  ],
  ['npx ringback callback explain ID', aDay('a callback is listed')],
  ['npm ci', { path: CLONE, title: 'npm start in a fresh clone' }],
  ['npm run build', { path: CLONE, title: 'npm start in a fresh clone' }],
  ['node bin/serve.js', { path: 'tests/start/life.test.ts', title: 'the first start tells' }],
  [
    'DATABASE_URL=postgres://ringback:secret@db.example.com:5432/ringback npm start',
    { path: 'tests/start/outside-database.test.ts', title: 'a login that may create roles' },
  ],
  ['npm run simulate -- --seed 7', SIMULATE],
  ['npm run simulate -- --seeds 300', SIMULATE],
  ['npm run simulate -- --seeds 300 --fault node-crashed,replies-lost', SIMULATE],
  [
    'npm run simulate -- --every-wait',
    { path: 'sim/every-wait.test.ts', title: 'before or after a wait of the happy path' },
  ],
  [
    'npm run simulate -- --planted',
    { path: 'sim/planted/planted.test.ts', title: 'is seen within a few schedules' },
  ],
  ['npm run bench', BENCH],
  ['npm run bench -- --quick', BENCH],
  ['npm run bench -- --only real-asterisk,lifecycle', BENCH],
  ['npm run bench -- --json bench.json', BENCH],
  ['npm test', 'every run of the tests'],
  ['.ci/run', 'every run of the tests on the CI machine'],
  [
    'npm run types',
    'npm run build, which npm test begins with, compiles with the same compiler and settings',
  ],
  ['npm run lint', 'npm test, which runs it before the tests'],
  ['npm run format', 'npm run lint, which checks what it would write'],
  ['npx vitest run --project unit core', 'npm test, which runs this project and all others'],
  ['npx ringback apply centre.yaml', aDay('is applied on the sandbox')],
  ['npx ringback pbx check main', aDay('an Asterisk that does not answer')],
  ['npx ringback agent set desk-1 available', aDay('an agent is made available')],
  ['npx ringback status', { path: CLONE, title: 'npx ringback works in the clone' }],
  ['ringback pbx check main', aDay('the sandbox lacks nothing')],
  ['ringback apply', aDay('is applied on the sandbox')],
  ['ringback status', aDay('status shows version')],
  ['ringback callback list', aDay('a callback is listed')],
  [
    'ringback callback create --queue support --number +12025550123 --at 2027-03-04T15:00 --time-zone America/New_York',
    { path: 'cli/main.test.ts', title: 'create asks for one' },
  ],
  [
    'ringback callback create --queue support --number +12025550123',
    { path: 'cli/main.test.ts', title: 'create asks for one' },
  ],
  [
    'ringback callback import FILE',
    { path: 'cli/main.test.ts', title: 'import asks for all of a file' },
  ],
  ['ringback callback show ID', aDay('a callback is listed')],
  [
    'ringback lint centre.yaml',
    { path: 'cli/lint.test.ts', title: 'tells file, line, severity, rule' },
  ],
  ['ringback lint', { path: 'cli/lint.test.ts', title: 'looks at what is set up' }],
  [
    'ringback lint centre.yaml --fail-on error',
    { path: 'cli/lint.test.ts', title: 'with --fail-on %s' },
  ],
  [
    'ringback report',
    { path: 'cli/main.test.ts', title: 'prints each figure with what it is measured' },
  ],
  [
    'ringback report --from 2027-03-01T00:00:00Z --to 2027-03-02T00:00:00Z --queue support',
    { path: 'cli/main.test.ts', title: 'prints each figure with what it is measured' },
  ],
  [
    'ringback caller explain NUMBER',
    { path: 'cli/main.test.ts', title: 'caller explain says whether' },
  ],
  ['ringback missed', { path: 'cli/rules.test.ts', title: 'tells of the call and says what' }],
  ['ringback rules', { path: 'cli/rules.test.ts', title: 'lists the rules that were made' }],
  [
    'ringback rules --queue support',
    { path: 'cli/rules.test.ts', title: 'of one queue it shows every value' },
  ],
  ['ringback callback explain ID', aDay('a callback is listed')],
  ['ringback callback cancel ID', aDay('a callback is listed')],
  [
    'ringback callback next ID',
    { path: 'tests/engine/called-next.test.ts', title: 'is called before all others' },
  ],
  [
    'ringback callback resume ID',
    { path: 'tests/engine/poison.test.ts', title: 'a human resumes it' },
  ],
  [
    'ringback callback close ID',
    { path: 'tests/engine/poison.test.ts', title: 'a human closes it' },
  ],
  [
    'ringback callback outcome ID voicemail',
    { path: 'cli/main.test.ts', title: 'cancel and outcome do it' },
  ],
  ['ringback apply centre.yaml', aDay('is applied on the sandbox')],
  ['ringback apply centre.yaml --dry-run', aDay('is understood as it stands there')],
  ['ringback export > centre.yaml', aDay('is applied on the sandbox')],
  ['ringback export', aDay('is applied on the sandbox')],
]);

/** Lines of shell blocks, and commands of ours that stand in a sentence or a table. */
export function commandsOf(page: string): readonly string[] {
  const blocks = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block = '']) =>
    block.split('\n').map((line) => line.replace(/\s+#.*$/, '').trim()),
  );
  const prose = page.replaceAll(/```[\s\S]*?```/g, '');
  const inline = [...prose.matchAll(/`((?:npm|npx|ringback|node) [^`<…]+|\.ci\/run)`/g)].map(
    ([, command = '']) => command,
  );
  return [...blocks, ...inline].filter((command) => command !== '');
}

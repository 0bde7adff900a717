// `npm start`: makes a fresh clone runnable (packages, build) and then runs Ringback (serve.js) in this very process.
// Plain JavaScript on Node's own modules, since it has to run before anything is installed; no statement here may be newer
// than node-version.js allows.
import { spawn } from 'child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'fs';
import { dirname, join } from 'path';
import { fileURLToPath } from 'url';
import { nodeProblem } from './node-version.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const stamp = join(root, 'dist/built');
/** What the build reads, besides what tsconfig.main.json names; a change in any of it asks for a new build. */
const buildFiles = ['package.json', 'tsconfig.base.json', 'tsconfig.main.json', 'tools/build.mjs'];

/** A reason not to start, written for the person at the terminal. */
class Refusal extends Error {}

function say(line) {
  process.stdout.write(`${line}\n`);
}

/** When a file was last changed, in milliseconds; 0 when it is not there. */
function changedAt(file) {
  return existsSync(file) ? statSync(file).mtimeMs : 0;
}

/** The latest change of any file below a folder that goes into the build. */
function latestChangeBelow(folder) {
  let latest = 0;
  for (const entry of existsSync(folder) ? readdirSync(folder, { withFileTypes: true }) : []) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) latest = Math.max(latest, latestChangeBelow(path));
    else if (!/\.test\.tsx?$/.test(entry.name)) latest = Math.max(latest, changedAt(path));
  }
  return latest;
}

function needsPackages() {
  // npm writes this file last, so a broken-off installation does not count.
  const installed = changedAt(join(root, 'node_modules/.package-lock.json'));
  return installed < changedAt(join(root, 'package-lock.json'));
}

/** tools/build.mjs writes the stamp. */
function needsBuild() {
  if (!existsSync(join(root, 'dist/main.js'))) return true;
  const project = JSON.parse(readFileSync(join(root, 'tsconfig.main.json'), 'utf8'));
  const folders = project.references.map(({ path }) => latestChangeBelow(join(root, path)));
  const files = [...project.files, ...buildFiles].map((file) => changedAt(join(root, file)));
  return changedAt(stamp) < Math.max(...folders, ...files);
}

/** Runs npm with its output on this terminal; Ctrl-C meanwhile ends both. Complaints are held back until they are understood. */
async function npm(...args) {
  const onWindows = process.platform === 'win32';
  const stdio = ['inherit', 'inherit', 'pipe'];
  const child = spawn('npm', args, { cwd: root, stdio, shell: onWindows });
  let complaints = '';
  child.stderr.on('data', (text) => {
    complaints += text;
  });
  const forward = (signal) => child.kill(signal);
  process.on('SIGTERM', forward);
  process.on('SIGINT', forward);
  const end = await new Promise((resolve) => {
    child.once('error', (error) =>
      resolve({ reason: error.message, isMissing: error.code === 'ENOENT' }),
    );
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  process.off('SIGTERM', forward);
  process.off('SIGINT', forward);
  if (end.code === 0) return;
  throw new Refusal(refusalOf(args, end, complaints));
}

/** What has happened when npm complains with one of these words, and what helps. */
const KNOWN_COMPLAINTS = [
  [
    /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT)\b/,
    (code, registry) =>
      `npm cannot reach the package registry${registry} (${code}), and the first start needs it once. Check the network ` +
      'or the proxy of npm, then start again.',
  ],
  [
    /\b(CERT_\w+|\w+_CERT\w*|DEPTH_ZERO_SELF_SIGNED_CERT)\b/,
    (code, registry) =>
      `npm does not trust the certificate of the package registry${registry} (${code}). Tell npm which authority to ` +
      'trust (npm config set cafile …), then start again.',
  ],
  [
    /\b(EACCES|EPERM|EROFS)\b/,
    (code) =>
      `npm cannot write where it must (${code}): ${root}, or its own folder in your home. Start as the user who owns ` +
      'them, or clone Ringback to a folder of your own.',
  ],
  [
    /\b(ENOSPC)\b/,
    (code) => `The disk is full (${code}). Ringback needs about 600 MB for its packages and build.`,
  ],
];

function refusalOf(args, end, complaints) {
  if (end.isMissing)
    return 'npm was not found. It comes with Node.js: install that from https://nodejs.org.';
  const registry = /https?:\/\/[^\s/]+/.exec(complaints);
  for (const [pattern, tell] of KNOWN_COMPLAINTS) {
    const found = pattern.exec(complaints);
    if (found !== null) return tell(found[1], registry === null ? '' : ` ${registry[0]}`);
  }
  const reason = end.reason || (end.signal ? `ended by ${end.signal}` : `exit code ${end.code}`);
  return `${complaints}"npm ${args.join(' ')}" did not succeed (${reason}). See the lines above.`;
}

/** npm tries twice more, soon: a start without a network must not stand still for minutes. */
const PATIENCE = [
  '--fetch-retries=2',
  '--fetch-retry-mintimeout=1000',
  '--fetch-retry-maxtimeout=5000',
];

async function prepare() {
  const problem = nodeProblem();
  if (problem !== null) throw new Refusal(problem);
  if (needsPackages()) {
    say('packages: installing (once, about a minute)');
    // The build needs the development packages even where NODE_ENV says production.
    await npm('ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error', ...PATIENCE);
  }
  if (needsBuild()) {
    say('build: compiling (once after each change)');
    await npm('run', '--silent', 'build', '--', '--program');
  }
}

async function start() {
  try {
    await prepare();
    // A new data folder begins with the practice centre, unless somebody wants none.
    if (!process.argv.includes('--empty')) process.argv.push('--demo');
    await import('./serve.js');
  } catch (error) {
    process.stderr.write(`${error instanceof Refusal ? error.message : error.stack}\n`);
    process.exitCode = 1;
  }
}

start();

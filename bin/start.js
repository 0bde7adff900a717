// `npm start`: makes a fresh clone runnable (packages, build) and then runs Ringback (serve.js) in this very process.
// Plain JavaScript on Node's own modules, since it has to run before anything is installed; no statement here may need a
// newer Node than the oldest one that is to get a readable refusal.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const stamp = join(root, 'dist/built');
/** What the build reads, besides what tsconfig.main.json names; a change in any of it asks for a new build. */
const buildFiles = ['package.json', 'tsconfig.base.json', 'tsconfig.main.json', 'tools/build.mjs'];

/** A reason not to start, written for the person at the terminal. */
class Refusal extends Error {}

function say(line) {
  process.stdout.write(`${line}\n`);
}

function checkNode() {
  const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const wanted = engines.node.replace('>=', '');
  const [major, minor] = wanted.split('.').map(Number);
  const [ownMajor, ownMinor] = process.versions.node.split('.').map(Number);
  if (ownMajor > major || (ownMajor === major && ownMinor >= minor)) return;
  throw new Refusal(
    `Ringback needs Node.js ${wanted} or newer; this is ${process.versions.node} (${process.execPath}).`,
  );
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

/** Runs npm with its output on this terminal; Ctrl-C meanwhile ends both. */
async function npm(...args) {
  const onWindows = process.platform === 'win32';
  const child = spawn('npm', args, { cwd: root, stdio: 'inherit', shell: onWindows });
  const forward = (signal) => child.kill(signal);
  process.on('SIGTERM', forward);
  process.on('SIGINT', forward);
  const end = await new Promise((resolve) => {
    child.once('error', (error) => resolve({ reason: error.message }));
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  process.off('SIGTERM', forward);
  process.off('SIGINT', forward);
  if (end.code === 0) return;
  const reason = end.reason ?? (end.signal ? `ended by ${end.signal}` : `exit code ${end.code}`);
  throw new Refusal(`"npm ${args.join(' ')}" did not succeed (${reason}). See the lines above.`);
}

async function prepare() {
  checkNode();
  if (needsPackages()) {
    say('packages: installing (once, about a minute)');
    // The build needs the development packages even where NODE_ENV says production.
    await npm('ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error');
  }
  if (needsBuild()) {
    say('build: compiling (once after each change)');
    await npm('run', '--silent', 'build', '--', '--program');
  }
}

try {
  await prepare();
  // A new data folder begins with the practice centre, unless somebody wants none.
  if (!process.argv.includes('--empty')) process.argv.push('--demo');
  await import('./serve.js');
} catch (error) {
  process.stderr.write(`${error instanceof Refusal ? error.message : error.stack}\n`);
  process.exitCode = 1;
}

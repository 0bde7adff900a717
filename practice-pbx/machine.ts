import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { hasRootTree } from './root-tree.ts';

/** What an Asterisk in a tree of its own asks of the machine. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  /** The text of /etc/os-release; null where there is none. */
  readonly osRelease: string | null;
  readonly isRoot: boolean;
  readonly missingPrograms: readonly string[];
  /** What the system says when root mounts something for itself; null when it lets root. */
  readonly mountProblem: string | null;
}

/** Programs by the package that holds them. */
const PROGRAMS = {
  mmdebstrap: 'mmdebstrap',
  unshare: 'util-linux',
  setpriv: 'util-linux',
  chroot: 'coreutils',
} as const;

const INSTEAD = 'or connect an Asterisk of your own: docs/connecting/README.md';

/** The programs that are not installed. Without the tree mmdebstrap is one of those needed, to build it. */
export function missingPrograms(more: readonly string[] = []): readonly string[] {
  return [...Object.keys(PROGRAMS), ...more]
    .filter((program) => program !== 'mmdebstrap' || !hasRootTree())
    .filter((program) => spawnSync('sh', ['-c', 'command -v "$0"', program]).status !== 0);
}

/** Looks at this machine. */
export function lookAtMachine(): Machine {
  const isRoot = process.getuid?.() === 0;
  const osRelease = '/etc/os-release';
  return {
    platform: process.platform,
    osRelease: existsSync(osRelease) ? readFileSync(osRelease, 'utf8') : null,
    isRoot,
    missingPrograms: missingPrograms(),
    mountProblem: isRoot ? mountProblem() : null,
  };
}

function mountProblem(): string | null {
  const try_ = ['--mount', '--propagation', 'private', 'mount', '--bind', '/proc', '/proc'];
  const { error, status, stderr } = spawnSync('unshare', try_, { encoding: 'utf8' });
  if (error !== undefined) return error.message;
  return status === 0 ? null : stderr.trim();
}

/** Why the practice PBX cannot run there, and what to do instead; null when it can. */
export function refusalFor(machine: Machine): string | null {
  if (machine.platform !== 'linux' || !isDebian(machine)) {
    return `The practice PBX needs Debian or Ubuntu, and this is ${systemName(machine)}. Run it in a virtual machine with Debian, ${INSTEAD}.`;
  }
  if (!machine.isRoot) {
    return `The practice PBX needs the root user, since it runs Asterisk in a folder of its own. Type: sudo env "PATH=$PATH" npm run pbx\nNo root here? Then use a virtual machine with Debian, ${INSTEAD}.`;
  }
  if (machine.missingPrograms.length > 0) {
    const packages = packagesFor(machine).join(' ');
    return `Not installed: ${machine.missingPrograms.join(', ')}. Type this, then start again: apt-get install ${packages}`;
  }
  if (machine.mountProblem !== null) {
    return `This machine does not let root mount folders (${machine.mountProblem}), as in a container without rights. Run the container with --privileged, ${INSTEAD}.`;
  }
  return null;
}

function isDebian({ osRelease }: Machine): boolean {
  return ['ID', 'ID_LIKE'].some((name) => field(osRelease, name).split(' ').includes('debian'));
}

function systemName({ platform, osRelease }: Machine): string {
  if (platform === 'darwin') return 'macOS';
  if (platform === 'win32') return 'Windows';
  const name = field(osRelease, 'PRETTY_NAME');
  return name === '' ? platform : name;
}

function field(osRelease: string | null, name: string): string {
  return new RegExp(`^${name}="?([^"\\n]*)`, 'm').exec(osRelease ?? '')?.[1] ?? '';
}

/** Elsewhere than on Debian itself, mmdebstrap needs to be told which signatures are Debian's. */
function packagesFor({ missingPrograms: missing, osRelease }: Machine): readonly string[] {
  const packages = Object.entries(PROGRAMS)
    .filter(([program]) => missing.includes(program))
    .map(([, name]) => name);
  const isOther = field(osRelease, 'ID') !== 'debian' && missing.includes('mmdebstrap');
  return [...new Set([...packages, ...(isOther ? ['debian-archive-keyring'] : [])])];
}

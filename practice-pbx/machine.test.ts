import { describe, expect, test } from 'vitest';
import { type Machine, refusalFor } from './machine.ts';

const DEBIAN = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\n';
const UBUNTU = 'PRETTY_NAME="Ubuntu 24.04.1 LTS"\nID=ubuntu\nID_LIKE=debian\n';
const FEDORA = 'NAME="Fedora Linux"\nPRETTY_NAME="Fedora Linux 41"\nID=fedora\n';

const machine = (change: Partial<Machine>): Machine => ({
  platform: 'linux',
  osRelease: DEBIAN,
  isRoot: true,
  missingPrograms: [],
  mountProblem: null,
  ...change,
});

describe('whoever cannot run the practice PBX learns what to do instead', () => {
  test('Debian and Ubuntu with root can', () => {
    expect(refusalFor(machine({}))).toBe(null);
    expect(refusalFor(machine({ osRelease: UBUNTU }))).toBe(null);
  });

  test.each([
    ['another Linux', { osRelease: FEDORA }, 'Fedora Linux 41'],
    ['a Linux without a name', { osRelease: null }, 'linux'],
    ['a Mac', { platform: 'darwin', osRelease: null }, 'macOS'],
    ['Windows', { platform: 'win32', osRelease: null }, 'Windows'],
  ] as const)('%s', (_, change, name) => {
    expect(refusalFor(machine({ ...change, isRoot: false }))).toBe(
      `The practice PBX needs Debian or Ubuntu, and this is ${name}. Run it in a virtual machine with Debian, or connect an Asterisk of your own: docs/connecting/README.md.`,
    );
  });

  test('somebody who is not root gets the line to type', () => {
    expect(refusalFor(machine({ isRoot: false, missingPrograms: ['mmdebstrap'] }))).toMatch(
      /Type: sudo env "PATH=\$PATH" npm run pbx\n/,
    );
  });

  test('what is not installed is named with the command that installs it', () => {
    const missing = { missingPrograms: ['mmdebstrap', 'unshare', 'setpriv'] };
    expect(refusalFor(machine(missing))).toBe(
      'Not installed: mmdebstrap, unshare, setpriv. Type this, then start again: apt-get install mmdebstrap util-linux',
    );
  });

  test('on Ubuntu mmdebstrap comes with the keys of Debian', () => {
    const missing = { osRelease: UBUNTU, missingPrograms: ['mmdebstrap'] };
    expect(refusalFor(machine(missing))).toContain(
      'apt-get install mmdebstrap debian-archive-keyring',
    );
  });

  test('a container without rights is told apart', () => {
    const mountProblem = 'unshare: unshare failed: Operation not permitted';
    expect(refusalFor(machine({ mountProblem }))).toContain('--privileged');
  });
});

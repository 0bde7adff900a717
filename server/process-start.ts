import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * A text that tells a process from every other one that ever had its number: when it began, and in which run of the
 * machine. Undefined when there is no such process, or the system does not say (Windows).
 */
export function processStart(pid: number): string | undefined {
  try {
    if (process.platform === 'linux') return linuxStart(pid);
    if (process.platform === 'win32') return undefined;
    const began = execFileSync('ps', ['-o', 'lstart=', '-p', pid.toString()], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
    return began === '' ? undefined : began;
  } catch {
    return undefined; // No such process.
  }
}

/** Field 22 of proc_pid_stat(5): ticks since the machine started. A dead process nobody has collected is gone. */
function linuxStart(pid: number): string | undefined {
  const stat = readFileSync(`/proc/${pid.toString()}/stat`, 'utf8');
  // The second field is the program's name in parentheses and may itself hold spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state] = fields;
  const ticks = fields[22 - 3];
  if (state === 'Z' || state === 'X' || ticks === undefined) return undefined;
  return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${ticks}`;
}

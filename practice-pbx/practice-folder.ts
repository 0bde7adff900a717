import { randomInt } from 'node:crypto';
import {
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { PracticeRefusal } from './refusal.ts';

/** Letters and digits that are not mistaken for one another when somebody types them. */
const PASSWORD_LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';
/** Sixteen of them are 79 bits. */
const PASSWORD_LENGTH = 16;

/** A running practice PBX: the process that has started it, and when that began, since numbers of processes come again. */
interface Running {
  readonly pid: number;
  readonly startedAtTicks: string;
}

/** The folder `practice` of a clone: everything that a practice PBX makes there, and whether one runs. */
export class PracticeFolder {
  readonly path: string;
  readonly #project: string;

  /** Nothing is made yet. */
  constructor(project: string) {
    this.#project = project;
    this.path = join(project, 'practice');
  }

  /** Where Asterisk keeps its own; made anew at each start. */
  get asterisk(): string {
    return join(this.path, 'asterisk');
  }

  /** Makes the folder and notes that this process runs a PBX in it. @throws PracticeRefusal when another one does */
  claim(): void {
    if (!existsSync(this.path)) {
      mkdirSync(this.path, { mode: 0o755 });
      this.#giveToOwner(this.path);
    }
    if (!lstatSync(this.path).isDirectory()) {
      throw new PracticeRefusal(`${this.path} is no folder. Move it away, then start again.`);
    }
    const pid = this.runningPid();
    if (pid !== null) {
      throw new PracticeRefusal(
        `A practice PBX runs here already: process ${pid.toString()}. End it with: npm run pbx -- down`,
      );
    }
    const { pid: own } = process;
    const running: Running = { pid: own, startedAtTicks: startedAtTicks(own) ?? '' };
    rmSync(this.#record, { force: true });
    writeFileSync(this.#record, JSON.stringify(running), { flag: 'wx' }); // One of two at once fails here.
    rmSync(this.asterisk, { recursive: true, force: true });
    mkdirSync(this.asterisk, { mode: 0o700 });
  }

  /** What was claimed is over. What the next start can use again stays: passwords and the centre. */
  release(): void {
    rmSync(this.asterisk, { recursive: true, force: true });
    rmSync(this.#record, { force: true });
  }

  /** The process that runs a PBX in this folder; null when none does. */
  runningPid(): number | null {
    if (!existsSync(this.#record)) return null;
    const [, pid = '', ticks = ''] =
      /^\{"pid":(\d+),"startedAtTicks":"(\d*)"\}$/.exec(readFileSync(this.#record, 'utf8')) ?? [];
    return pid !== '' && startedAtTicks(Number(pid)) === ticks ? Number(pid) : null;
  }

  /** The password of that name: drawn once, and the same for as long as the folder lives. Only the owner may read it. */
  password(name: string): string {
    const file = `${name}-password`;
    if (!existsSync(join(this.path, file))) this.write(file, drawnPassword(), 0o600);
    return readFileSync(join(this.path, file), 'utf8');
  }

  /** Writes a file for the person whose clone this is, who need not be root. */
  write(name: string, text: string, mode = 0o644): void {
    const path = join(this.path, name);
    writeFileSync(path, text, { mode });
    this.#giveToOwner(path);
  }

  /** Removes the folder with all that is in it. */
  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }

  get #record(): string {
    return join(this.path, 'running.json');
  }

  #giveToOwner(path: string): void {
    const { uid, gid } = statSync(this.#project);
    chownSync(path, uid, gid);
  }
}

function drawnPassword(): string {
  const letters = Array.from({ length: PASSWORD_LENGTH }, () => randomInt(PASSWORD_LETTERS.length));
  return letters.map((at) => PASSWORD_LETTERS.charAt(at)).join('');
}

/** When a process began, in the ticks of the system since its start (proc(5), field 22); null when there is none. */
function startedAtTicks(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid.toString()}/stat`, 'latin1');
    // The name in brackets may hold blanks: count from behind it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? null : (fields[19] ?? null); // Z: it has ended, and nobody has asked for its end.
  } catch {
    return null; // It is gone.
  }
}

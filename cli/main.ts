import { Command, CommanderError } from 'commander';
import { addAgentCommands } from './agents.ts';
import { applyCommand, type ConfigurationApi, type ConfigurationCommands } from './apply.ts';
import { addCallbackCommands } from './callbacks.ts';
import { addCallerCommands } from './callers.ts';
import { type Answer, NoAnswer } from './client.ts';
import { addConfigCommands, type CheckSettings } from './config.ts';
import { addDemoCommands } from './demo.ts';
import { exportCommand } from './export.ts';
import { addLintCommand } from './lint.ts';
import { addMissedCommand } from './missed.ts';
import { addOptOutCommands } from './opt-outs.ts';
import { addPbxCommands } from './pbx.ts';
import { addReportCommand } from './report.ts';
import { addRulesCommand } from './rules.ts';
import { addStatusCommand } from './status.ts';
import { addStopCommands } from './stops.ts';
import { type Io, Terminal } from './terminal.ts';
import { addTicketCommands } from './tickets.ts';

const processIo: Io = {
  environment: process.env,
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  screen: () => {
    const { isTTY, columns, rows } = process.stdout;
    if (!isTTY) return null;
    // A terminal that nobody has told its size says 0 by 0.
    return columns > 0 && rows > 0 ? { columns, rows } : { columns: 80, rows: 24 };
  },
};

/**
 * Runs one command line. Without `io` it speaks through this process and sets its exit code.
 * @param argv As in `process.argv`: the first two are not looked at.
 * @param checkSettings Looks at the settings of this machine, for `ringback config check`.
 * @returns 0, or 1 when something was refused, missing or mistyped.
 */
export async function main(
  argv: readonly string[],
  io?: Io,
  checkSettings?: CheckSettings,
): Promise<number> {
  if (io === undefined) endWithReader();
  const terminal = new Terminal(io ?? processIo);
  const exitCode = await run(argv, terminal, { io: io ?? processIo, checkSettings });
  if (io === undefined) process.exitCode = exitCode;
  return exitCode;
}

/** Whoever reads our lines may have seen enough, as `head` has: that is no error. */
function endWithReader(): void {
  process.stdout.on('error', (error: Error & { readonly code?: string }) => {
    if (error.code === 'EPIPE') process.exit();
    throw error;
  });
}

/** What the program stands on. */
interface Ground {
  readonly io: Io;
  readonly checkSettings: CheckSettings | undefined;
}

async function run(argv: readonly string[], terminal: Terminal, ground: Ground): Promise<number> {
  try {
    await buildProgram(terminal, ground).parseAsync([...argv]);
    return terminal.exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode; // It has said everything already.
    if (!(error instanceof NoAnswer)) throw error;
    terminal.complain(error.message);
    return 1;
  }
}

function buildProgram(terminal: Terminal, { io, checkSettings }: Ground): Command {
  const program = new Command('ringback')
    .description('Asks a running Ringback, beside the PBX.')
    .option('--url <address>', 'where Ringback is; else RINGBACK_URL or the data folder says')
    .option('--json', 'answer as JSON, for programs')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ writeOut: io.out, writeErr: io.err })
    .exitOverride();
  addStatusCommand(program, terminal);
  addCallbackCommands(program, terminal);
  addCallerCommands(program, terminal);
  addTicketCommands(program, terminal);
  addMissedCommand(program, terminal);
  addRulesCommand(program, terminal);
  addStopCommands(program, terminal);
  addAgentCommands(program, terminal);
  addOptOutCommands(program, terminal);
  addPbxCommands(program, terminal);
  addDemoCommands(program, terminal);
  addConfigCommands(program, terminal, checkSettings);
  addLintCommand(program, terminal);
  addReportCommand(program, terminal);
  const commands = configurationCommands(program, terminal);
  for (const command of [applyCommand(commands), exportCommand(commands)]) {
    program.addCommand(command.copyInheritedSettings(program));
  }
  return program;
}

function configurationCommands(program: Command, terminal: Terminal): ConfigurationCommands {
  return {
    api: (command) => {
      const api = terminal.api(command);
      return terminal.wantsJson(command) ? printing(api, terminal) : api;
    },
    // The answer has been printed as JSON already.
    print: (text) => {
      if (terminal.wantsJson(program)) return;
      for (const line of text.split('\n')) terminal.print(line);
    },
    complain: (line) => {
      terminal.complain(line);
    },
    fail: (exitCode) => {
      terminal.exitCode = exitCode;
    },
  };
}

/** The same server; what it answers is printed as JSON. */
function printing(api: ConfigurationApi, terminal: Terminal): ConfigurationApi {
  const printed = <Value>(answer: Answer<Value>): Answer<Value> => {
    terminal.printJson(answer.ok ? answer.value : answer.problem);
    return answer;
  };
  return {
    exportConfiguration: async () => printed(await api.exportConfiguration()),
    applyConfiguration: async (document, dryRun) =>
      printed(await api.applyConfiguration(document, dryRun)),
  };
}

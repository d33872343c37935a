import { type Command, readArguments, usageOf } from './command.js';
import { apply } from './commands/apply.js';
import { artifacts } from './commands/artifacts.js';
import { deploy } from './commands/deploy.js';
import { events } from './commands/events.js';
import { gateway } from './commands/gateway.js';
import { gateways } from './commands/gateways.js';
import { login } from './commands/login.js';
import { logout } from './commands/logout.js';
import { restore } from './commands/restore.js';
import { undeploy } from './commands/undeploy.js';
import { why } from './commands/why.js';
import { type Connection, connect } from './connection.js';
import { environmentUsage, readEnvironment } from './environment.js';
import { type ExitCode, exitCodes, exitCodesUsage } from './exit-codes.js';
import { failureOf, misused } from './failure.js';
import { openTerminal } from './terminal.js';

const commands: readonly Command[] = [login, logout, gateways, gateway, artifacts, why, events, apply, deploy, undeploy, restore];

/** Runs a command line. Returns the exit code. */
export async function main(given: readonly string[]): Promise<ExitCode | typeof interrupted> {
  // `help COMMAND` is `COMMAND --help`.
  const [name, ...args] = given[0] === 'help' && given.length > 1 ? [...given.slice(1), '--help'] : given;
  const environment = readEnvironment();
  let chosen: Command | undefined;
  let isWhole = true;
  const terminal = openTerminal(environment, onUnwritten);
  const interruption = new AbortController();
  let connection: Connection | undefined;
  process.once('SIGINT', () => {
    interruption.abort();
    void connection?.close();
  });
  try {
    if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
      for (const line of usage.split('\n')) terminal.line(line);
      return name === undefined ? exitCodes.usage : exitCodes.done;
    }
    chosen = commands.find((one) => one.name === name);
    if (!chosen) throw misused(`There is no command '${name}'. There are ${commands.map((one) => one.name).join(', ')}.`);
    const given = readArguments(chosen, args);
    if (given.values.help) {
      for (const line of usageOf(chosen).split('\n')) terminal.line(line);
      return exitCodes.done;
    }
    const api = () => {
      connection ??= connect(environment);
      return connection.api;
    };
    const exitCode = await chosen.run({ ...given, terminal, environment, signal: interruption.signal, api });
    return interruption.signal.aborted ? interrupted : exitCode;
  } catch (error) {
    if (interruption.signal.aborted) return interrupted;
    const failure = failureOf(error);
    if (!failure) throw error;
    for (const line of failure.message.split('\n')) terminal.note(line);
    return failure.exitCode;
  } finally {
    await connection?.close();
  }

  /** Ends the process, but not a command that decides: that is brought to its end without output. */
  function onUnwritten({ code }: NodeJS.ErrnoException): void {
    // Whoever reads has enough, as in `gatecast events --follow | head`.
    const hasEnough = code === 'EPIPE';
    if (!hasEnough && isWhole) {
      isWhole = false;
      terminal.note(`The result can't be written (${code}): what there is of it is not whole.`);
      // The last part may be refused when the exit code has been returned.
      process.once('exit', (exitCode) => {
        process.exitCode = exitCode || exitCodes.failed;
      });
    }
    if (!chosen?.isDeciding) process.exit(hasEnough ? exitCodes.done : exitCodes.failed);
  }
}

/** As a shell tells Ctrl-C. */
const interrupted = 130;

const usage = `gatecast COMMAND [arguments] [options]

Tells and decides what gateways serve.

${commands.map((one) => `  ${[one.name, ...one.arguments].join(' ').padEnd(24)} ${one.summary}`).join('\n')}

gatecast COMMAND --help says more. Every command takes --json.

${environmentUsage}
${exitCodesUsage}`;

import { readCommandLine, stackUsage } from '../command-line.js';
import { writeSignInFile } from '../sign-in-file.js';
import { startStack } from '../stack.js';
import { runUntilStopped } from '../until-stopped.js';

const usage = `npm run stack -- [options]

Starts everything of Gatecast, prints one JSON line with endpoints and credentials when it is ready, and runs until Ctrl-C.

${stackUsage}`;

/** `npm run stack`: starts a stack, says in one JSON line on standard output how to reach it, and stays until it is told to stop. */
export async function main(args: readonly string[]): Promise<void> {
  const options = readCommandLine(args, usage, []);
  await runUntilStopped(async ({ signal, stopped }) => {
    const stack = await startStack({ ...options.stack, signal });
    const signInFile = writeSignInFile(stack);
    process.stdout.write(
      `${JSON.stringify({ endpoints: stack.endpoints, credentials: stack.credentials, dataFolder: stack.dataFolder })}\n`,
    );
    await stopped;
    process.stderr.write('Stopping …\n');
    signInFile.remove();
    await stack.stop();
    return 0;
  });
}

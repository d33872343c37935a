import { readCommandLine, stackUsage } from '../command-line.js';
import { connectedAgent } from '../demo/agent.js';
import { type Row, runMainJob } from '../demo/main-job.js';
import { demoOrganization, prepare } from '../demo/preparation.js';
import { hearReceipts } from '../demo/receipts.js';
import { tableHead, tableRow } from '../demo/table.js';
import { ManagementError } from '../management-client.js';
import { openSecureClient } from '../secure-client.js';
import { writeSignInFile } from '../sign-in-file.js';
import { type Stack, startStack } from '../stack.js';
import { StackError } from '../stack-error.js';
import { defaultDataFolder } from '../stack-options.js';
import { runUntilStopped } from '../until-stopped.js';

const usage = `npm start -- [options]

Starts everything of Gatecast with two gateway agents and runs the main job: one artifact of each kind is deployed to both
gateways, undeployed, restored and deleted, with a line per step and gateway. Then it stays up until Ctrl-C.

  --once                  exit after the main job: 0 only if every step held
  --json                  print the table as JSON, when it is complete
${stackUsage}`;

/** `npm start`: a stack, two gateways and the main job through REST, as a table; then the stack stays up. */
export async function main(args: readonly string[]): Promise<void> {
  const { stack: options, on } = readCommandLine(args, usage, ['once', 'json']);
  await runUntilStopped(async ({ signal, stopped }) => {
    const stack = await startStack({ ...options, signal });
    const stop = async () => {
      process.stderr.write('Stopping …\n');
      await stack.stop();
    };
    try {
      const print = on.has('json') ? () => undefined : (line: string) => process.stdout.write(`${line}\n`);
      const shown = await Promise.race([demonstrate(stack, print), stopped]);
      if (!shown) return 130;
      const { rows, failure } = shown;
      if (on.has('json')) process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
      process.stderr.write(`${failure ?? `Every step held (${rows.length} of ${rows.length}).`}\n`);
      if (!on.has('once') && !signal.aborted) {
        const signInFile = writeSignInFile(stack, demoOrganization);
        print(whatToTry(stack));
        await stopped;
        signInFile.remove();
      }
      return failure === undefined ? 0 : 1;
    } finally {
      await stop();
    }
  });
}

/** Runs the main job on two agents; `failure` says in a sentence which step did not hold. */
async function demonstrate(
  stack: Stack,
  print: (line: string) => unknown,
): Promise<{ rows: readonly Row[]; failure: string | undefined }> {
  const client = openSecureClient(stack.endpoints.caFile);
  const receipts = await hearReceipts(stack.endpoints.natsUrl);
  const rows: Row[] = [];
  try {
    const { api, gateways, examples } = await prepare(stack, client);
    const agents = await Promise.all(
      gateways.map(async (gateway) => connectedAgent(client, gateway.name, (await stack.startGateway(gateway)).url)),
    );
    print(`\n${tableHead()}`);
    await runMainJob({
      api,
      agents,
      examples,
      receipts,
      onRow(row) {
        rows.push(row);
        print(tableRow(row));
      },
    });
    const bad = rows.find((row) => !row.isGood);
    return {
      rows,
      failure:
        bad &&
        `Did not hold: ${bad.step} of ${bad.kind} ${bad.artifact} on ${bad.gateway} (event ${bad.event}, status ${bad.status}, the gateway says ${bad.held}).`,
    };
  } catch (error) {
    if (!(error instanceof ManagementError || error instanceof StackError)) throw error;
    return { rows, failure: `Did not hold: ${error.message}` };
  } finally {
    await receipts.close();
    client.close();
  }
}

function whatToTry({ endpoints, credentials, dataFolder }: Stack): string {
  const { frontDoor, caFile } = endpoints;
  const curl = `curl -s --cacert ${caFile}`;
  const where =
    dataFolder === defaultDataFolder
      ? ''
      : ` --url ${frontDoor} --ca-file ${caFile} --username ${credentials.username} --organization ${demoOrganization}`;
  return `
Gatecast is up. Ctrl-C stops it.

  console         ${frontDoor}/console   (sign in with the login below and its organization)
  management API  ${frontDoor}/api/v0.9   (documented at ${frontDoor}/api/v0.9/docs)
  gateways        ${frontDoor}   (certificate authority: ${caFile})
  login           ${credentials.username} / ${credentials.password}   (organization ${demoOrganization})
  logs            ${dataFolder}/logs

Try:

  npx gatecast login${where}
  npx gatecast gateways       also: npx gatecast events --follow, npx gatecast --help

  TOKEN=$(${curl} ${frontDoor}/api/portal/v0.9/auth/login -d username=${credentials.username} -d password=${credentials.password} -d organization=${demoOrganization} | sed 's/.*"token":"\\([^"]*\\)".*/\\1/')
  ${curl} -H "Authorization: Bearer $TOKEN" ${frontDoor}/api/v0.9/gateways
  ${curl} -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' --data @examples/rest-api.json ${frontDoor}/api/v0.9/rest-apis
`;
}

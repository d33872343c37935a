import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Kind } from '@gatecast/contracts';
import type { Scenario } from '../chaos/scenarios.js';
import { agentGateways } from '../conformance/agent-gateway.js';
import { brokenLinkFlows, flowsInContainers, runBrokenLinkFlow } from '../conformance/broken-link-flows.js';
import { commandGateways } from '../conformance/command-gateway.js';
import { type Cell, kindNames, runFlow, sharedFlows } from '../conformance/run.js';
import { tableOf } from '../conformance/table.js';
import { type AdapterOf, startWorld } from '../conformance/world.js';
import { runUntilStopped } from '../until-stopped.js';

const titles: Readonly<Record<string, string>> = Object.fromEntries(
  [...Object.entries(sharedFlows), ...Object.entries(brokenLinkFlows)].map(([name, { title }]) => [name, title]),
);

const usage = `npm run conformance -- [options]

Runs the conformance flows for every artifact kind against real services, a real broker, a real database and real gateways, and
prints a table and 'N passed, N failed'. Exit code 1 when one failed or none passed. docs/conformance.md says what each flow shows.

  --gateway agent         the gateway agent, in plain mode (default)
  --gateway-command FILE  another gateway, driven by a program as docs/conformance.md describes
  --compose PROJECT       the front door, services and edges of a compose project that is up, with two edges or more (Linux), in
                          place of processes of its own; of C only ${flowsInContainers.join(', ')}
  --flow A1,B3            some flows, or groups: A, B, C (default: all)
  --kind RestApi          some kinds (default: all): ${kindNames.join(', ')}

${Object.entries(titles)
  .map(([name, title]) => `  ${name.padEnd(4)} ${title}`)
  .join('\n')}
`;

/** `npm run conformance`: the conformance flows as a table; ends with the line `N passed, N failed`. */
export async function main(args: readonly string[]): Promise<void> {
  const { flows, kinds, adapter, isAgent, project } = read(args);
  await runUntilStopped(async ({ signal }) => {
    const progress = (line: string) => process.stderr.write(`${line}\n`);
    const cells: Cell[] = [];
    const note = (...more: Cell[]) => {
      for (const { flow, kind, result, reasons } of more)
        progress(`${flow} ${kind}: ${result}${result === 'FAIL' ? ` (${reasons[0]})` : ''}`);
      cells.push(...more);
    };
    const shared = flows.filter((name) => sharedFlows[name]);
    if (shared.length > 0) {
      const world = await startWorld({ adapter, project, progress, signal });
      try {
        for (const name of shared) for (const kind of kinds) if (!signal.aborted) note(await runFlow(world, name, kind));
      } finally {
        const logs = await world.stop(!signal.aborted && cells.some(({ result }) => result === 'FAIL'));
        if (logs) progress(`logs: ${logs}`);
      }
    }
    for (const name of flows.filter((one) => brokenLinkFlows[one])) {
      if (signal.aborted) break;
      const isOutOfReach = project !== undefined && !flowsInContainers.some((one) => one === name);
      const why = isAgent ? (isOutOfReach ? processesAlone : undefined) : agentAlone;
      if (why) note(...kinds.map((kind): Cell => ({ flow: name, kind, result: 'not run', reasons: [why], notes: [] })));
      else note(...(await runBrokenLinkFlow(name, brokenLinkFlows[name] as Scenario, kinds, { project, progress, signal })));
    }
    process.stdout.write(`${tableOf(cells, kinds, titles).join('\n')}\n`);
    return cells.some(({ result }) => result === 'FAIL') || !cells.some(({ result }) => result === 'pass') ? 1 : 0;
  });
}

const processesAlone = 'what it breaks, or the settings that it takes, are those of a stack of its own';
const agentAlone = 'the fault suite judges by the trail of events that the gateway agent writes, so it runs with that alone';

function read(args: readonly string[]) {
  try {
    const options = {
      gateway: { type: 'string' },
      'gateway-command': { type: 'string' },
      compose: { type: 'string' },
      flow: { type: 'string' },
      kind: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    } as const;
    const { values } = parseArgs({ args: [...args], options });
    if (values.help) {
      process.stdout.write(usage);
      process.exit(0);
    }
    const command = values['gateway-command'];
    if (values.gateway !== undefined && (values.gateway !== 'agent' || command))
      throw new Error("--gateway takes 'agent'; another gateway is given by --gateway-command alone.");
    const adapter: AdapterOf = command
      ? // npm runs commands in the project's folder; what the caller typed is meant from where they are.
        () => commandGateways(path.resolve(process.env.INIT_CWD ?? process.cwd(), command))
      : agentGateways;
    return {
      flows: flowsOf(values.flow),
      kinds: kindsOf(values.kind),
      adapter,
      isAgent: !command,
      project: values.compose,
    };
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${usage}`);
    process.exit(2);
  }
}

function flowsOf(text: string | undefined): string[] {
  const all = Object.keys(titles);
  if (text === undefined) return all;
  const wanted = text.toUpperCase().split(',');
  const unknown = wanted.find((one) => !all.includes(one) && !['A', 'B', 'C'].includes(one));
  if (unknown !== undefined) throw new Error(`There is no flow '${unknown}'.`);
  return all.filter((name) => wanted.includes(name) || wanted.includes(name.charAt(0)));
}

function kindsOf(text: string | undefined): readonly Kind[] {
  if (text === undefined) return kindNames;
  const wanted = text.toLowerCase().split(',');
  const unknown = wanted.find((one) => !kindNames.some((kind) => kind.toLowerCase() === one));
  if (unknown !== undefined) throw new Error(`There is no kind '${unknown}'; kinds are ${kindNames.join(', ')}.`);
  return kindNames.filter((kind) => wanted.includes(kind.toLowerCase()));
}

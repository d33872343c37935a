import path from 'node:path';
import { openComposeStack } from '../compose-stack.js';
import { openCredentials } from '../credentials.js';
import { openPorts } from '../ports.js';
import { type AnyStack, startStack } from '../stack.js';
import { StackError } from '../stack-error.js';
import type { StackOptions } from '../stack-options.js';
import { type BrokerDisk, smallStream } from './broker-disk.js';
import { clocksApart } from './clocks.js';
import { frontDoorAlone, type Link, type Links, openLink, openLinks, overLinks } from './links.js';
import { requireSwitchedOff, switchedOff } from './switched-off.js';
import type { WorldOptions } from './world-options.js';

interface StackBehindLinksOptions extends WorldOptions {
  readonly dataFolder: string;
  readonly brokerDisk: BrokerDisk | undefined;
}

interface StackBehindLinks {
  readonly stack: AnyStack;
  readonly links: Links;
}

/** What has to be done to take down what was brought up, the last first. */
type Undo = (() => unknown)[];

/** Brings up the stack of a world, or opens the compose project that it is, with links that can be broken in between. */
export function openStackBehindLinks(options: StackBehindLinksOptions, undo: Undo): Promise<StackBehindLinks> {
  return options.project === undefined ? startOwnStack(options, undo) : openProject(options.project, options, undo);
}

async function startOwnStack(options: StackBehindLinksOptions, undo: Undo): Promise<StackBehindLinks> {
  const { apiServices, wsEdges, artifactsServices, brokers = 1, servers, brokerDisk, without } = options;
  const { dataFolder, signal, progress } = options;
  // The stack chooses the same ports and passwords, since it finds them remembered.
  const ports = openPorts(dataFolder);
  const frontDoor = await ports.choose('front-door');
  const links = servers ? frontDoorAlone(await openLink(frontDoor)) : await openLinks(ports, brokers);
  for (const link of Object.values(links) as Link[]) undo.push(() => link.close());
  const { databasePassword } = await openCredentials(path.join(dataFolder, 'credentials'));
  const stack = await startStack({
    ...servers,
    dataFolder,
    port: 0,
    apiServices,
    wsEdges,
    artifactsServices,
    brokers,
    settings: together(
      servers ? {} : overLinks(links, databasePassword),
      { 'api-service': { TOKEN_LIFETIME_MS: String(24 * 60 * 60_000), ...(brokerDisk && smallStream) } },
      options.settings,
      options.clocksApart && clocksApart(options.clocksApart),
      without && switchedOff(without),
    ),
    signal,
    progress,
  });
  undo.push(() => stack.stop());
  if (Number(new URL(stack.endpoints.frontDoor).port) !== frontDoor) {
    throw new StackError(`Another program took port ${frontDoor}, to which the gateways' link leads: run it again.`);
  }
  if (without) requireSwitchedOff(stack, without);
  return { stack, links };
}

async function openProject(
  project: string,
  { wsEdges, dataFolder, progress }: StackBehindLinksOptions,
  undo: Undo,
): Promise<StackBehindLinks> {
  const stack = await openComposeStack({ project, wsEdges, dataFolder, progress });
  undo.push(() => stack.stop());
  const link = await openLink(Number(new URL(stack.endpoints.frontDoor).port));
  undo.push(() => link.close());
  return { stack, links: frontDoorAlone(link) };
}

type Settings = NonNullable<StackOptions['settings']>;

/** Returns all these settings, by service and process; the later ones count where one is given twice. */
function together(...several: readonly (Settings | undefined)[]): Settings {
  const all: Record<string, Readonly<Record<string, string>>> = {};
  for (const settings of several)
    for (const [name, values] of Object.entries(settings ?? {})) all[name] = { ...all[name], ...values };
  return all;
}

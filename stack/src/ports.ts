import { randomInt } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import path from 'node:path';
import { codeOf, StackError } from './stack-error.js';

/** Below the range from which Linux takes the ports of outgoing connections: one of those could sit on the port of a service that restarts. */
const lowest = 20_000;
const highest = 32_000;

/**
 * Processes that start side by side share those ports in blocks. One holds a block, by listening at its first port as long
 * as it lives; so no other gives out a port of it that is chosen but not listened on yet.
 */
const blockSize = 100;
const blocks = Array.from({ length: (highest - lowest) / blockSize }, (_, n) => lowest + n * blockSize);
const held = new Set<number>();

/** What this process gave each port to: a name in a folder. */
const owners = new Map<number, string>();

/** The ports of one stack. Those chosen here are remembered in its data folder, so that URLs stay the same from run to run. */
export interface Ports {
  /** Returns the port of `name`: the one it had before if that is free, else another free one. @throws StackError when there is none. */
  choose(name: string): Promise<number>;
}

/** Reads the ports remembered in `folder`. */
export function openPorts(folder: string): Ports {
  const file = path.join(folder, 'ports.json');
  const ports: Record<string, number> = remembered(file);
  // Ports given out in this run are not listened on yet.
  const given = new Map<string, number>();
  return {
    async choose(name) {
      const own = given.get(name);
      if (own !== undefined) return own;
      const owner = `${file} ${name}`;
      // Also what another name will ask for again.
      const taken = new Set(Object.entries(ports).flatMap(([other, its]) => (other === name ? [] : [its])));
      const isFor = async (port: number) =>
        !taken.has(port) &&
        (owners.get(port) ?? owner) === owner &&
        (await hold(port - (port % blockSize))) &&
        (await isFree('127.0.0.1', port));
      let port = ports[name];
      while (port === undefined || !(await isFor(port))) port = await anyPort();
      owners.set(port, owner);
      given.set(name, port);
      ports[name] = port;
      writeFileSync(file, `${JSON.stringify(ports, null, 2)}\n`);
      return port;
    },
  };
}

const untried = everyPort();

async function anyPort(): Promise<number> {
  const { value } = await untried.next();
  if (value === undefined) throw new StackError(`No port from ${lowest} to ${highest} is free: end programs that listen there.`);
  return value;
}

/** Each port once that this process holds or can hold; from anywhere on, so that stacks that do not run keep theirs. */
async function* everyPort(): AsyncGenerator<number, undefined> {
  const first = randomInt(blocks.length);
  for (const block of new Set([...held, ...blocks.slice(first), ...blocks.slice(0, first)])) {
    if (await hold(block)) for (let port = block + 1; port < block + blockSize; port += 1) yield port;
  }
}

/** Returns whether the block is this process's. */
async function hold(block: number): Promise<boolean> {
  if (held.has(block)) return true;
  const server = createServer((socket) => socket.destroy()).unref();
  const isOurs = await listens(server, '127.0.0.1', block);
  // A second call may have been under way.
  if (isOurs) held.add(block);
  return held.has(block);
}

/** @throws StackError naming the port when something listens on it already. */
export async function requireFree(host: string, port: number, instead: string): Promise<void> {
  if (!(await isFree(host, port))) {
    throw new StackError(`Port ${port} is in use by another program: stop that one, or choose another port with ${instead}.`);
  }
}

async function isFree(host: string, port: number): Promise<boolean> {
  const server = createServer();
  const wasFree = await listens(server, host, port);
  if (wasFree) await new Promise((resolve) => server.close(resolve));
  return wasFree;
}

async function listens(server: Server, host: string, port: number): Promise<boolean> {
  try {
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen({ host, port, exclusive: true }, resolve));
    return true;
  } catch (error) {
    if (codeOf(error) === 'EADDRINUSE') return false;
    if (codeOf(error) === 'EACCES') throw new StackError(`Port ${port} may not be used by this user: choose one from 1024 on.`);
    throw error;
  }
}

function remembered(file: string): Record<string, number> {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, number>;
  } catch {
    // Missing or damaged: nothing is lost but the numbers.
    return {};
  }
}

import { randomInt } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { codeOf, StackError } from './stack-error.js';

/** Below the range from which Linux takes the ports of outgoing connections: one of those could sit on the port of a service that restarts. */
const lowest = 20_000;
const highest = 32_000;

/** The ports of one stack. Those chosen here are remembered in its data folder, so that URLs stay the same from run to run. */
export interface Ports {
  /** Returns the port of `name`: the one it had before if that is free, else another free one. */
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
      let port = ports[name];
      // Also what another name will ask for again.
      const taken = new Set(Object.entries(ports).flatMap(([other, its]) => (other === name ? [] : [its])));
      while (port === undefined || taken.has(port) || !(await isFree('127.0.0.1', port))) port = randomInt(lowest, highest);
      given.set(name, port);
      ports[name] = port;
      writeFileSync(file, `${JSON.stringify(ports, null, 2)}\n`);
      return port;
    },
  };
}

/** @throws StackError naming the port when something listens on it already. */
export async function requireFree(host: string, port: number, instead: string): Promise<void> {
  if (!(await isFree(host, port))) {
    throw new StackError(`Port ${port} is in use by another program: stop that one, or choose another port with ${instead}.`);
  }
}

async function isFree(host: string, port: number): Promise<boolean> {
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen({ host, port, exclusive: true }, resolve));
    return true;
  } catch (error) {
    if (codeOf(error) === 'EADDRINUSE') return false;
    if (codeOf(error) === 'EACCES') throw new StackError(`Port ${port} may not be used by this user: choose one from 1024 on.`);
    throw error;
  } finally {
    await new Promise((resolve) => server.close(resolve));
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

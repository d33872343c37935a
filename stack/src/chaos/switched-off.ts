import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Stack } from '../stack.js';
import { type Mechanism, switchedOffMark } from './mechanisms.js';
import { preload } from './preload.js';

/** Returns the settings by service with which its processes run without the mechanism. */
export function switchedOff({ service, changes }: Mechanism): Readonly<Record<string, Readonly<Record<string, string>>>> {
  return { [service]: preload(import.meta.resolve('./switch-off.js'), changes) };
}

/** @throws Error when a process of a running stack has not loaded a file in which the mechanism is switched off. */
export function requireSwitchedOff({ services, dataFolder }: Stack, { service, changes }: Mechanism): void {
  for (const { name } of services) {
    if (!name.startsWith(service)) continue;
    const log = readFileSync(path.join(dataFolder, 'logs', `${name}.log`), 'utf8');
    for (const { file } of changes)
      if (!log.includes(switchedOffMark(file)))
        throw new Error(`${name} does not load ${file}, so nothing is switched off there.`);
  }
}

import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { check, type Rule, rules, type Violation } from './checker.js';
import { heal, type Injection } from './faults.js';
import type { GatewayHistory, History, LoggedEvent } from './history.js';
import { readDatabase, readGateway, readHeads, untilQuiet } from './observation.js';
import type { ChaosWorld } from './world.js';
import { type WriteLog, writeLog } from './write-log.js';

/** What is recorded while things are broken. */
export interface Recording extends Injection {
  readonly world: ChaosWorld;
  readonly log: WriteLog;
  /** Events that are trimmed from the log. */
  readonly trimmed: LoggedEvent[];
}

export interface ChaosResult {
  readonly history: History;
  readonly passed: readonly Rule[];
  readonly violations: readonly Violation[];
  /** What could not be run on this machine, a sentence each. */
  readonly notRun: readonly string[];
  /** Where the processes' logs are; undefined: nothing was broken, and they are gone. */
  readonly logs: string | undefined;
}

/** Starts to record. */
export function startRecording(world: ChaosWorld): Recording {
  return { world, log: writeLog(), injected: [], earlierLogs: [], trimmed: [] };
}

const quietMsMax = 120_000;

/**
 * Reads everything when nothing is under way. What is issued again after a list comes at a time of its own: if that was meanwhile, the gateways
 * were read at another moment than the database, and all is read again.
 */
async function readAtRest(world: ChaosWorld, quietMs: number, progress: (line: string) => unknown) {
  const began = Date.now();
  for (;;) {
    const unrest = await untilQuiet(world, Math.max(0, began + quietMs - Date.now()));
    const heads = await readHeads(world.database, world.organizations);
    const gateways: GatewayHistory[] = [];
    for (const gateway of world.gateways) gateways.push(await readGateway(gateway));
    const database = await readDatabase(world.database, world.organizations);
    if (unrest === undefined && !isDeepStrictEqual(await readHeads(world.database, world.organizations), heads)) continue;
    progress(unrest ?? `Quiet after ${((Date.now() - began) / 1000).toFixed(1)} s`);
    return { unrest, gateways, database };
  }
}

/** Heals everything, waits until nothing is under way any more, and judges what was recorded. */
export async function finish(
  recording: Recording,
  progress: (line: string) => unknown,
  quietMs = quietMsMax,
): Promise<ChaosResult> {
  const { world, log, injected, earlierLogs, trimmed } = recording;
  await heal(world);
  progress('Healed; waiting until nothing is under way …');
  const { unrest, gateways, database } = await readAtRest(world, quietMs, progress);
  const history: History = {
    writes: log.writes,
    faults: injected,
    earlierLogs,
    gateways,
    database: { ...database, events: [...trimmed, ...database.events] },
    unexpectedEnds: world.unexpectedEnds,
    unrest,
  };
  const violations = check(history);
  const broken = new Set(violations.map(({ rule }) => rule));
  return {
    history,
    violations,
    passed: (Object.keys(rules) as Rule[]).filter((rule) => !broken.has(rule)),
    notRun: world.notToBeHad,
    logs: violations.length > 0 ? path.join(world.stack.dataFolder, 'logs') : undefined,
  };
}

import path from 'node:path';
import { check, type Rule, rules, type Violation } from './checker.js';
import { heal, type Injection } from './faults.js';
import type { History, LoggedEvent } from './history.js';
import { readDatabase, readGateway, untilQuiet } from './observation.js';
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

/** Heals everything, waits until nothing is under way any more, and judges what was recorded. */
export async function finish(
  recording: Recording,
  progress: (line: string) => unknown,
  quietMs = quietMsMax,
): Promise<ChaosResult> {
  const { world, log, injected, earlierLogs, trimmed } = recording;
  await heal(world);
  progress('Healed; waiting until nothing is under way …');
  const began = Date.now();
  const unrest = await untilQuiet(world, quietMs);
  progress(unrest ?? `Quiet after ${((Date.now() - began) / 1000).toFixed(1)} s`);

  const gateways = [];
  for (const gateway of world.gateways) gateways.push(await readGateway(gateway));
  const database = await readDatabase(world.database, world.organizations);
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

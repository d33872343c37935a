import { parseArgs } from 'node:util';
import { type ChaosResult, runChaos } from '../chaos/run.js';
import { runUntilStopped } from '../until-stopped.js';

const usage = `npm run chaos -- [options]

Runs everything of Gatecast as real processes in a temporary folder (2 api-service, 3 ws-edge, 2 artifacts-service, broker,
database, 12 gateways), writes through REST at random, breaks things by a schedule, lets everything heal, and checks that what was
recorded breaks no promise.

  --seed N                what the workload and the faults are chosen by (default: any)
  --duration S            seconds of workload and faults (default 60)
`;

/** `npm run chaos`: the fault suite; ends with the line `N passed, N failed`. */
export async function main(args: readonly string[]): Promise<void> {
  const { seed, durationMs } = read(args);
  await runUntilStopped(async ({ signal }) => {
    const progress = (line: string) => process.stderr.write(`${line}\n`);
    print(`seed ${seed}, ${durationMs / 1000} s`);
    return report(await runChaos({ seed, durationMs, progress, signal }));
  });
}

function report({ history, passed, violations }: ChaosResult): number {
  const count = (wanted: 'accepted' | 'refused' | 'unknown') =>
    `${history.writes.filter(({ outcome }) => outcome === wanted).length} ${wanted}`;
  print(
    `${history.writes.length} writes (${count('accepted')}, ${count('refused')}, ${count('unknown')}), ${history.faults.length} faults, ` +
      `${history.database.events.length} events, ${history.gateways.reduce((sum, { handled }) => sum + handled.length, 0)} handled by ${history.gateways.length} gateways`,
  );
  for (const rule of passed) print(`holds: ${rule}`);
  for (const { rule, detail } of violations) print(`BROKEN: ${rule}: ${detail}`);
  print(`${passed.length} passed, ${new Set(violations.map(({ rule }) => rule)).size} failed`);
  return violations.length > 0 ? 1 : 0;
}

function read(args: readonly string[]): { seed: number; durationMs: number } {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { seed: { type: 'string' }, duration: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    });
    if (values.help) {
      process.stdout.write(usage);
      process.exit(0);
    }
    return {
      seed: whole('seed', values.seed, Math.floor(Math.random() * 2 ** 31)),
      durationMs: whole('duration', values.duration, 60) * 1000,
    };
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${usage}`);
    process.exit(2);
  }
}

function whole(name: string, text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback;
  if (!/^\d{1,9}$/.test(text)) throw new Error(`--${name} takes a whole number, not '${text}'.`);
  return Number(text);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

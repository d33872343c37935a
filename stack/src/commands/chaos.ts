import { parseArgs } from 'node:util';
import type { ChaosResult } from '../chaos/recording.js';
import { runChaos } from '../chaos/run.js';
import { runScenario, scenarios } from '../chaos/scenarios.js';
import type { Expectation } from '../chaos/stage.js';
import { runUntilStopped } from '../until-stopped.js';

const usage = `npm run chaos -- [options]

Runs everything of Gatecast as real processes in a temporary folder (2 api-service, 3 ws-edge, 2 artifacts-service, broker,
database, 12 gateways), writes through REST at random, breaks things by a schedule, lets everything heal, and checks that what was
recorded breaks no promise.

  --seed N                what the workload and the faults are chosen by (default: any)
  --duration S            seconds of workload and faults (default 60)
  --scenario NAME         one scripted break of the link in place of the schedule:
${Object.entries(scenarios)
  .map(([name, { title }]) => `                            ${name.padEnd(4)} ${title}`)
  .join('\n')}
`;

/** `npm run chaos`: the fault suite; ends with the line `N passed, N failed`. */
export async function main(args: readonly string[]): Promise<void> {
  const { seed, durationMs, name } = read(args);
  await runUntilStopped(async ({ signal }) => {
    const progress = (line: string) => process.stderr.write(`${line}\n`);
    const scenario = scenarios[name];
    print(scenario ? `${name}: ${scenario.title}` : `seed ${seed}, ${durationMs / 1000} s`);
    if (!scenario) return report(await runChaos({ seed, durationMs, progress, signal }), []);
    const result = await runScenario(scenario, progress, signal);
    return report(result, result.expectations);
  });
}

function report({ history, passed, violations, notRun, logs }: ChaosResult, expectations: readonly Expectation[]): number {
  const count = (wanted: 'accepted' | 'refused' | 'unknown') =>
    `${history.writes.filter(({ outcome }) => outcome === wanted).length} ${wanted}`;
  print(
    `${history.writes.length} writes (${count('accepted')}, ${count('refused')}, ${count('unknown')}), ${history.faults.length} faults, ` +
      `${history.database.events.length} events, ${history.gateways.reduce((sum, { handled }) => sum + handled.length, 0)} handled by ${history.gateways.length} gateways`,
  );
  for (const reason of notRun) print(`not run: ${reason}`);
  for (const rule of passed) print(`holds: ${rule}`);
  for (const { rule, detail } of violations) print(`BROKEN: ${rule}: ${detail}`);
  for (const { text, holds } of expectations) print(`${holds ? 'holds' : 'BROKEN'}: ${text}`);
  if (logs) print(`logs: ${logs}`);
  const met = expectations.filter(({ holds }) => holds).length;
  const failed = new Set(violations.map(({ rule }) => rule)).size + expectations.length - met;
  print(`${passed.length + met} passed, ${failed} failed`);
  return failed > 0 ? 1 : 0;
}

function read(args: readonly string[]): { seed: number; durationMs: number; name: string } {
  try {
    const options = {
      seed: { type: 'string' },
      duration: { type: 'string' },
      scenario: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    } as const;
    const { values } = parseArgs({ args: [...args], options });
    const name = values.scenario?.toUpperCase() ?? '';
    if (name !== '' && !scenarios[name]) throw new Error(`There is no scenario '${values.scenario}'.`);
    if (values.help) {
      process.stdout.write(usage);
      process.exit(0);
    }
    return {
      name,
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

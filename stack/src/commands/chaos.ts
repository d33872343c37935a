import { parseArgs } from 'node:util';
import { mechanisms } from '../chaos/mechanisms.js';
import { prove } from '../chaos/proof.js';
import type { ChaosResult } from '../chaos/recording.js';
import { runChaos } from '../chaos/run.js';
import { fullPace, runScenario, type ScenarioRun, shortPace } from '../chaos/scenario-run.js';
import { type Scenario, scenarios } from '../chaos/scenarios.js';
import type { Expectation } from '../chaos/stage.js';
import { runUntilStopped } from '../until-stopped.js';

const usage = `npm run chaos -- [options]

Runs everything of Gatecast as real processes in a temporary folder (2 api-service, 3 ws-edge, 2 artifacts-service, broker,
database, 12 gateways), writes through REST at random, breaks things by a schedule, lets everything heal, and checks that what was
recorded breaks no promise.

  --seed N                what the workload and the faults are chosen by (default: any)
  --duration S            seconds of workload and faults (default 60)
  --brokers 3             a cluster with every stream on three nodes, of which any one is broken at a time (default 1)
  --scenario NAME         one scripted break of the link in place of the schedule:
${Object.entries(scenarios)
  .map(([name, { title }]) => `                            ${name.padEnd(4)} ${title}`)
  .join('\n')}
  --without-mechanism     the scenario with the mechanism that it proves switched off: it must fail
  --prove                 the scenario, or all of them, with and without the mechanism; passed is one that holds with it and, for
                          the right reason, fails without it (about 20 minutes for all)
`;

/** `npm run chaos`: the fault suite; ends with the line `N passed, N failed`. */
export async function main(args: readonly string[]): Promise<void> {
  const { seed, durationMs, brokers, name, isWithout, isProof } = read(args);
  await runUntilStopped(async ({ signal }) => {
    const run = { progress: (line: string) => process.stderr.write(`${line}\n`), signal };
    if (isProof) return proveEach(name ? [name] : Object.keys(scenarios), run);
    const scenario = scenarios[name];
    if (!scenario) {
      print(`seed ${seed}, ${durationMs / 1000} s${brokers === 1 ? '' : `, ${brokers} brokers`}`);
      return report(await runChaos({ seed, durationMs, brokers, ...run }), []);
    }
    print(`${name}: ${scenario.title}`);
    const without = isWithout ? mechanisms[name] : undefined;
    if (without) print(`switched off: ${without.name}`);
    const result = await runScenario(scenario, { ...run, without, pace: without ? shortPace : fullPace });
    return report(result, result.expectations);
  });
}

async function proveEach(names: readonly string[], run: Pick<ScenarioRun, 'progress' | 'signal'>): Promise<number> {
  let shown = 0;
  if (names.includes('C5'))
    print(`the broker is away for ${shortPace.outageMs / 1000} s in C5, not for ${fullPace.outageMs / 1000} s`);
  for (const name of names) {
    const mechanism = mechanisms[name];
    if (!mechanism) throw new Error(`${name} has no mechanism.`);
    print(`${name}: ${(scenarios[name] as Scenario).title}\n  proves: ${mechanism.name}`);
    const { isShown, text } = await prove(scenarios[name] as Scenario, mechanism, run);
    print(`  ${isShown ? 'holds with it, broken without' : 'NOT SHOWN'}: ${text}`);
    if (isShown) shown += 1;
  }
  print(`${shown} passed, ${names.length - shown} failed`);
  return shown === names.length ? 0 : 1;
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

function read(args: readonly string[]) {
  try {
    const options = {
      seed: { type: 'string' },
      duration: { type: 'string' },
      brokers: { type: 'string' },
      scenario: { type: 'string' },
      'without-mechanism': { type: 'boolean' },
      prove: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    } as const;
    const { values } = parseArgs({ args: [...args], options });
    if (values.help) {
      process.stdout.write(usage);
      process.exit(0);
    }
    const name = values.scenario?.toUpperCase() ?? '';
    const isWithout = values['without-mechanism'] ?? false;
    if (name !== '' && !scenarios[name]) throw new Error(`There is no scenario '${values.scenario}'.`);
    if (isWithout && name === '') throw new Error('--without-mechanism takes a scenario: --scenario NAME.');
    const brokers = whole('brokers', values.brokers, 1);
    if (![1, 3].includes(brokers)) throw new Error(`--brokers takes 1 or 3, not '${values.brokers}'.`);
    if (brokers > 1 && (name !== '' || values.prove))
      throw new Error('--brokers is for the schedule: a scenario has one broker.');
    return {
      name,
      brokers,
      isWithout,
      isProof: values.prove ?? false,
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

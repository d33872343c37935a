import type { Deployment } from '@gatecast/api-client';
import type { DesiredState } from '@gatecast/contracts';
import type { ArtifactReference } from './artifact-reference.js';
import { artifactName } from './artifact-reference.js';
import { type Invocation, wholeNumber } from './command.js';
import { awaitVerdict, isOpen } from './deployments.js';
import { type ExitCode, exitCodes } from './exit-codes.js';
import { misused } from './failure.js';
import { reasonText } from './reasons.js';
import { styled, type Text } from './terminal.js';

/** The options of every command that decides something for gateways. */
export const decisionOptions = {
  gateway: { type: 'string', short: 'g', multiple: true, value: 'NAME', help: 'for which gateway' },
  wait: { type: 'boolean', help: "wait for the gateways' verdicts" },
  timeout: { type: 'string', value: 'SECONDS', help: 'how long to wait at most (default 60)' },
} as const;

/** Of `--timeout`. */
const timeoutSecondsMax = 24 * 60 * 60;

type Decision = Pick<Invocation<typeof decisionOptions>, 'values' | 'terminal' | 'api' | 'signal'>;

/**
 * Returns the gateways of the command line, each once. Before anything is decided, all that {@link conclude} will go by is looked at.
 * @throws Failure when there is no gateway, or when the time to wait is none.
 */
export function gatewaysOf({ gateway = [], timeout }: Decision['values']): readonly string[] {
  if (gateway.length === 0) throw misused('Say for which gateway with --gateway NAME; gatecast gateways lists them.');
  timeoutSecondsOf(timeout);
  return [...new Set(gateway)];
}

function timeoutSecondsOf(timeout: string | undefined): number {
  return wholeNumber('timeout', timeout, 1, timeoutSecondsMax) ?? 60;
}

/**
 * Tells what was decided, and with `--wait` what became of it. Returns the exit code: failed when a gateway refused or was told something else meanwhile, not in time
 * when one has not answered, done when all have applied it (or when nobody waits).
 */
export async function conclude(
  { values, terminal, api, signal }: Decision,
  reference: ArtifactReference,
  wanted: DesiredState,
  decided: readonly Deployment[],
): Promise<ExitCode> {
  const seconds = timeoutSecondsOf(values.timeout);
  const deployments = values.wait ? await verdicts() : decided;
  if (values.json) terminal.json(deployments);
  else for (const deployment of deployments) terminal.line(...outcome(reference, wanted, deployment));
  if (!values.wait) return exitCodes.done;
  const others = deployments.filter(({ status }) => status !== wanted);
  if (!others.every((deployment) => isOpen(deployment, wanted))) return exitCodes.failed;
  if (others.length === 0) return exitCodes.done;
  terminal.note(`Not all gateways have answered within ${seconds} s; what was decided stays decided.`);
  return exitCodes.notInTime;

  async function verdicts(): Promise<Deployment[]> {
    let answered = 0;
    const progress = () => terminal.progress(`${answered} of ${decided.length} gateways have answered …`);
    progress();
    return Promise.all(
      decided.map(async (deployment) => {
        const verdict = await awaitVerdict(api(), deployment, wanted, seconds * 1000, signal);
        answered += 1;
        progress();
        return verdict;
      }),
    );
  }
}

function outcome(reference: ArtifactReference, wanted: DesiredState, deployment: Deployment): Text[] {
  const { status, statusReason, gatewayId } = deployment;
  const name = artifactName(reference);
  const why = `gatecast why ${name} ${gatewayId}`;
  if (status === wanted) return [styled('green', status), `  ${name} on ${gatewayId}`];
  if (isOpen(deployment, wanted)) return [styled('yellow', status), `  ${name} on ${gatewayId}. How it stands: ${why}`];
  if (status === 'FAILED')
    return [styled('red', status), `  ${name} on ${gatewayId}: ${reasonText(statusReason)} (${statusReason}). More: ${why}`];
  return [styled('red', status), `  ${name} on ${gatewayId}: a later decision took its place. More: ${why}`];
}

import { syncApiKeys } from './api-keys.js';
import type { ListedArtifacts, StepCounts, SyncContext } from './context.js';
import { syncDeployments } from './deployments.js';
import { syncPlans } from './plans.js';
import { syncSecrets } from './secrets.js';
import { syncSubscriptions } from './subscriptions.js';

/** What made a gateway sync. */
export type SyncReason = 'start' | 'reconnect' | 'interval' | 'retry';

/** The steps in their order: each may need what the ones before brought. */
export type SyncStep = 'secrets' | 'deployments' | 'plans' | 'subscriptions' | 'apiKeys';

/** What a step did; with `error`, it did not get as far, and the rest stayed as it was. */
export type StepReport = StepCounts | { readonly error: string };

export interface SyncReport {
  readonly reason: SyncReason;
  readonly startedAt: Date;
  readonly endedAt: Date;
  readonly steps: Readonly<Record<SyncStep, StepReport>>;
  /** How long each step took, in milliseconds. */
  readonly tookMs: Readonly<Record<SyncStep, number>>;
}

/** True when all that was to be brought in step is. */
export function isComplete({ steps }: Pick<SyncReport, 'steps'>): boolean {
  return Object.values(steps).every((step) => 'failed' in step && step.failed === 0);
}

/**
 * Brings the store to what the control plane says (gateway protocol 3), step by step; a step that fails leaves the rest to the
 * others. Never rejects.
 */
export async function sync(reason: SyncReason, context: SyncContext): Promise<SyncReport> {
  const startedAt = new Date();
  const tookMs: Record<SyncStep, number> = { secrets: 0, deployments: 0, plans: 0, subscriptions: 0, apiKeys: 0 };
  let listed: ListedArtifacts;

  async function step(name: SyncStep, work: () => Promise<StepCounts>): Promise<StepReport> {
    const began = performance.now();
    try {
      context.signal.throwIfAborted();
      return await work();
    } catch (error) {
      const { message } = error as Error;
      if (!context.signal.aborted) context.log.warn({ step: name, reason: message }, 'not synced: everything stays as it is');
      return { error: message };
    } finally {
      tookMs[name] = Math.round(performance.now() - began);
    }
  }

  const steps = {
    secrets: await step('secrets', () => syncSecrets(context)),
    deployments: await step('deployments', async () => {
      const done = await syncDeployments(context);
      listed = done.listed;
      return done.counts;
    }),
    plans: await step('plans', () => syncPlans(context)),
    subscriptions: await step('subscriptions', () => syncSubscriptions(context, listed)),
    apiKeys: await step('apiKeys', () => syncApiKeys(context, listed)),
  };
  context.log.info({ reason, steps, tookMs }, 'synced');
  return { reason, startedAt, endedAt: new Date(), steps, tookMs };
}

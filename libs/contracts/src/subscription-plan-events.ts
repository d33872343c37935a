import { type Change, wholeSeconds } from './frames.js';

export const planStatuses = ['ACTIVE', 'INACTIVE'] as const;
export type PlanStatus = (typeof planStatuses)[number];

export const limitTimeUnits = ['MINUTE', 'HOUR', 'DAY', 'MONTH'] as const;
export type LimitTimeUnit = (typeof limitTimeUnits)[number];

/** One limit of a plan, with the names of the management API (5.2). */
export interface PlanLimit {
  readonly limitType: 'REQUEST_COUNT';
  readonly timeUnit: LimitTimeUnit;
  /** Always 1: gateways count per one unit. */
  readonly timeAmount: number;
  readonly limitCount: number;
  readonly stopOnQuotaReach: boolean;
}

/** A subscription plan as gateways learn of it. */
export interface PlanState {
  /** UUID. */
  readonly id: string;
  readonly handle: string;
  readonly displayName: string;
  readonly limits: readonly PlanLimit[];
  readonly expiryTime: Date | null;
  readonly status: PlanStatus;
}

/** How gateways spell the units of throttling. */
const wireUnits: Readonly<Record<LimitTimeUnit, string>> = { MINUTE: 'Min', HOUR: 'Hour', DAY: 'Day', MONTH: 'Month' };

/**
 * Returns what a gateway is told of a plan's limits, in events and in `GET /subscription-plans` alike (gateway protocol 1.5, 2.7).
 * There is room for one: the first.
 */
export function planThrottle({ limits }: Pick<PlanState, 'limits'>): {
  readonly stopOnQuotaReach: boolean;
  readonly throttleLimitCount?: number;
  readonly throttleLimitUnit?: string;
} {
  const [limit] = limits;
  return {
    stopOnQuotaReach: limit?.stopOnQuotaReach ?? true,
    ...(limit && { throttleLimitCount: limit.limitCount, throttleLimitUnit: wireUnits[limit.timeUnit] }),
  };
}

/** Returns what tells a gateway of a plan, whether or not it holds it already. */
export function planCreated(plan: PlanState): Change {
  return { ...about(plan), action: 'CREATE', type: 'subscriptionPlan.created', payload: payloadOf(plan) };
}

/** Returns what tells a gateway that a plan has changed. */
export function planUpdated(plan: PlanState): Change {
  return { ...about(plan), action: 'UPDATE', type: 'subscriptionPlan.updated', payload: payloadOf(plan) };
}

/** Returns what takes a plan away. */
export function planDeleted(plan: Pick<PlanState, 'id' | 'handle' | 'displayName'>): Change {
  const { id, handle, displayName } = plan;
  return {
    ...about(plan),
    action: 'DELETE',
    type: 'subscriptionPlan.deleted',
    payload: { planId: id, handle, planName: displayName },
  };
}

function about({ id }: Pick<PlanState, 'id'>) {
  return { entityType: 'plan', entityId: id } as const;
}

function payloadOf(plan: PlanState) {
  const { id, handle, displayName, expiryTime, status } = plan;
  return {
    planId: id,
    handle,
    planName: displayName,
    ...planThrottle(plan),
    ...(expiryTime && { expiryTime: wholeSeconds(expiryTime) }),
    status,
  };
}

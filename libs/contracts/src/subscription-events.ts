import type { Change } from './frames.js';

export const subscriptionStatuses = ['ACTIVE', 'INACTIVE', 'REVOKED'] as const;
export type SubscriptionStatus = (typeof subscriptionStatuses)[number];

/** A subscription as gateways learn of it. */
export interface SubscriptionState {
  /** UUID. */
  readonly id: string;
  readonly artifactId: string;
  /** UUID of the application, if it is for one. */
  readonly applicationId: string | null;
  /** In plain: gateways hash it themselves (gateway protocol 1.5). Never changes. */
  readonly token: string;
  /** UUID of the plan, if it has one. */
  readonly planId: string | null;
  readonly status: SubscriptionStatus;
}

/** Returns what tells a gateway of a subscription. One that holds it already may refuse this (gateway protocol 1.6). */
export function subscriptionCreated(subscription: SubscriptionState): Change {
  return { ...about(subscription), action: 'CREATE', type: 'subscription.created', payload: payloadOf(subscription) };
}

/** Returns what tells a gateway that a subscription has changed. One that does not hold it skips this (gateway protocol 1.6). */
export function subscriptionUpdated(subscription: SubscriptionState): Change {
  return { ...about(subscription), action: 'UPDATE', type: 'subscription.updated', payload: payloadOf(subscription) };
}

/** Returns what takes a subscription away. */
export function subscriptionDeleted(subscription: Omit<SubscriptionState, 'planId' | 'status'>): Change {
  const { id, artifactId, applicationId, token } = subscription;
  return {
    ...about(subscription),
    action: 'DELETE',
    type: 'subscription.deleted',
    payload: {
      apiId: artifactId,
      subscriptionId: id,
      ...(applicationId !== null && { applicationId }),
      subscriptionToken: token,
    },
  };
}

function about({ id }: Pick<SubscriptionState, 'id'>) {
  return { entityType: 'subscription', entityId: id } as const;
}

function payloadOf({ id, artifactId, applicationId, token, planId, status }: SubscriptionState) {
  return {
    apiId: artifactId,
    subscriptionId: id,
    ...(applicationId !== null && { applicationId }),
    subscriptionToken: token,
    ...(planId !== null && { subscriptionPlanId: planId }),
    status,
  };
}

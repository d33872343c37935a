import { createHash } from 'node:crypto';
import { Type } from '@gatecast/contracts';
import { maybe, orNull, reader, Text } from '../reading.js';
import type { StoredSubscription, StoreTransaction } from '../store.js';
import type { ChangeReaders } from './changes.js';

const readPut = reader(
  'the event about a subscription',
  Type.Object({
    apiId: Text,
    subscriptionId: Text,
    applicationId: maybe(Type.String()),
    subscriptionToken: Text,
    subscriptionPlanId: maybe(Type.String()),
    status: Text,
  }),
);
const readDeleted = reader('subscription.deleted', Type.Object({ apiId: Text, subscriptionId: Text }));

/** Events about subscriptions (gateway protocol 1.5, 1.6). */
export const subscriptionEvents: ChangeReaders = {
  'subscription.created': (payload) => {
    const subscription = fromEvent(payload);
    return {
      artifactId: subscription.artifactId,
      entityId: subscription.id,
      apply(transaction) {
        putSubscription(transaction, subscription);
        return 'applied';
      },
    };
  },

  'subscription.updated': (payload) => {
    const subscription = fromEvent(payload);
    return {
      artifactId: subscription.artifactId,
      entityId: subscription.id,
      apply(transaction) {
        if (!transaction.subscriptions.get(subscription.id)) return 'unknown';
        putSubscription(transaction, subscription);
        return 'applied';
      },
    };
  },

  'subscription.deleted': (payload) => {
    const { apiId, subscriptionId } = readDeleted(payload);
    return {
      artifactId: apiId,
      entityId: subscriptionId,
      apply(transaction) {
        if (!transaction.subscriptions.get(subscriptionId)) return 'unknown';
        transaction.subscriptions.remove(subscriptionId);
        return 'applied';
      },
    };
  },
};

/** Writes a subscription. @throws Error when its plan is not held, which a WSO2 gateway-controller's store refuses too (gateway protocol 1.6). */
export function putSubscription(transaction: StoreTransaction, subscription: StoredSubscription): void {
  if (subscription.planId !== null && !transaction.plans.get(subscription.planId))
    throw new Error(`the plan ${subscription.planId} of the subscription is not held`);
  transaction.subscriptions.put(subscription);
}

function fromEvent(payload: unknown): StoredSubscription {
  const { apiId, subscriptionId, ...said } = readPut(payload);
  return subscriptionOf({ id: subscriptionId, apiId, ...said });
}

const readRows = reader(
  'the list of subscriptions',
  Type.Array(
    Type.Object({
      id: Text,
      apiId: Text,
      applicationId: maybe(Type.String()),
      subscriptionToken: Text,
      subscriptionPlanId: maybe(Type.String()),
      status: Text,
    }),
  ),
);

/**
 * Returns what an answer of `GET /apis/{apiId}/subscriptions` lists (gateway protocol 2.7).
 * @throws Error when it is malformed or speaks of another API.
 */
export function readSubscriptions(apiId: string, answer: unknown): StoredSubscription[] {
  return readRows(answer).map((row) => {
    if (row.apiId !== apiId) throw new Error(`the list of subscriptions is not the one of ${apiId}`);
    return subscriptionOf(row);
  });
}

interface Said {
  readonly id: string;
  readonly apiId: string;
  readonly applicationId?: string | null;
  readonly subscriptionToken: string;
  readonly subscriptionPlanId?: string | null;
  readonly status: string;
}

/** The token itself is not kept: to recognize it, its hash is enough. */
function subscriptionOf(said: Said): StoredSubscription {
  return {
    id: said.id,
    artifactId: said.apiId,
    applicationId: orNull(said.applicationId),
    tokenSha256: createHash('sha256').update(said.subscriptionToken).digest('hex'),
    planId: orNull(said.subscriptionPlanId),
    status: said.status,
  };
}

import { Type } from '@gatecast/contracts';
import { Instant, maybe, orNull, reader, Text } from '../reading.js';
import type { StoredPlan } from '../store.js';
import type { ChangeReaders, CredentialChange } from './changes.js';

const limits = {
  planName: Text,
  stopOnQuotaReach: Type.Boolean(),
  throttleLimitCount: maybe(Type.Number()),
  throttleLimitUnit: maybe(Type.String()),
  expiryTime: maybe(Instant),
  status: Text,
};
const readPut = reader('the event about a subscription plan', Type.Object({ planId: Text, ...limits }));
const readDeleted = reader('subscriptionPlan.deleted', Type.Object({ planId: Text }));
const readRows = reader('the list of subscription plans', Type.Array(Type.Object({ id: Text, ...limits })));

/** Events about subscription plans (gateway protocol 1.5, 1.6). */
export const planEvents: ChangeReaders = {
  'subscriptionPlan.created': put,
  'subscriptionPlan.updated': put,
  'subscriptionPlan.deleted': (payload) => {
    const { planId } = readDeleted(payload);
    return {
      artifactId: '',
      entityId: planId,
      apply(transaction) {
        if (!transaction.plans.get(planId)) return 'unknown';
        transaction.plans.remove(planId);
        return 'applied';
      },
    };
  },
};

function put(payload: unknown): CredentialChange {
  const { planId, ...said } = readPut(payload);
  const plan = planOf({ id: planId, ...said });
  return {
    artifactId: '',
    entityId: planId,
    apply(transaction) {
      transaction.plans.put(plan);
      return 'applied';
    },
  };
}

/** Returns what an answer of `GET /subscription-plans` lists (gateway protocol 2.7). @throws Error when it is malformed. */
export function readPlans(answer: unknown): StoredPlan[] {
  return readRows(answer).map(planOf);
}

function planOf(said: ReturnType<typeof readRows>[number]): StoredPlan {
  return {
    id: said.id,
    name: said.planName,
    stopOnQuotaReach: said.stopOnQuotaReach,
    throttleLimitCount: said.throttleLimitCount ?? null,
    throttleLimitUnit: orNull(said.throttleLimitUnit),
    expiryTime: said.expiryTime ?? null,
    status: said.status,
  };
}

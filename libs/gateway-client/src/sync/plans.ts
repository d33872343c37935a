import { isDeepStrictEqual } from 'node:util';
import type { StepCounts, SyncContext } from './context.js';

/** Brings the subscription plans to what `GET /subscription-plans` lists. @throws Error when there is no list. */
export async function syncPlans({ store, api, races }: SyncContext): Promise<StepCounts> {
  const plans = await api.plans();
  return store.transaction((transaction) => {
    const listed = new Set(plans.map(({ id }) => id));
    const other = plans
      .filter(({ id }) => !races.isTouched(id))
      .filter((plan) => !isDeepStrictEqual(transaction.plans.get(plan.id), plan));
    const gone = transaction.plans.all().filter(({ id }) => !listed.has(id) && !races.isTouched(id));
    for (const plan of other) transaction.plans.put(plan);
    for (const { id } of gone) transaction.plans.remove(id);
    return { listed: plans.length, written: other.length, deleted: gone.length, failed: 0 };
  });
}

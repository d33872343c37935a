import { type LimitTimeUnit, limitTimeUnits, type PlanLimit } from '@gatecast/contracts';
import type { FieldError } from '@gatecast/service-kit';

/** A limit as a caller says it. */
export type PlanLimitInput = Pick<PlanLimit, 'timeUnit' | 'limitCount'> & Partial<PlanLimit>;

/** Returns limits with what was left out. */
export function limitsOf(inputs: readonly PlanLimitInput[]): PlanLimit[] {
  return inputs.map(({ timeUnit, limitCount, stopOnQuotaReach = true }) => ({
    limitType: 'REQUEST_COUNT',
    timeUnit,
    timeAmount: 1,
    limitCount,
    stopOnQuotaReach,
  }));
}

/** Returns what contradicts itself in the limits of a plan, field by field. */
export function contradictionsOf(limits: readonly PlanLimit[]): FieldError[] {
  const problems: FieldError[] = [];
  const of = (unit: LimitTimeUnit) => limits.findIndex(({ timeUnit }) => timeUnit === unit);
  limits.forEach((limit, index) => {
    const field = `limits.${index}`;
    const rival = of(limit.timeUnit);
    if (rival !== index)
      problems.push({ field: `${field}.timeUnit`, message: `is the unit of limits.${rival} too: send one limit per unit` });
    if (limit.stopOnQuotaReach !== limits[0]?.stopOnQuotaReach)
      problems.push({
        field: `${field}.stopOnQuotaReach`,
        message: 'contradicts limits.0: a plan either stops at its quota or does not',
      });
    const shorter = limits.findIndex(
      (other) =>
        limitTimeUnits.indexOf(other.timeUnit) < limitTimeUnits.indexOf(limit.timeUnit) && other.limitCount > limit.limitCount,
    );
    if (shorter !== -1)
      problems.push({
        field: `${field}.limitCount`,
        message: `is less than limits.${shorter} allows in a shorter time: that one could never be reached`,
      });
  });
  return problems;
}

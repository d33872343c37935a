import type { DesiredState } from '@gatecast/contracts';
import { isUnavailable } from '@gatecast/database';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { deploymentBody, deploymentsBody } from '../deployments/body.js';
import { goneSignal, preferredWaitSeconds } from './preference.js';
import type { DeploymentSight, Waiting } from './waiting.js';

type Body = ReturnType<typeof deploymentBody>;
type Bodies = ReturnType<typeof deploymentsBody>;
type Verdict = 'ACKED' | 'REFUSED' | 'PENDING' | 'SUPERSEDED';

/**
 * Returns the hook that holds the answer of a request which decided something back for as long as the request prefers, until the
 * gateways have said what they make of it. It comes after the commit, and before the answer of a repeat too. What is awaited is that
 * the place has this deployment in this state, so a decision that is issued again is still the same; one that another has taken the
 * place of has no verdict any more, and one that was deleted is shown as it was decided.
 */
export function verdictFirst({ deployments }: Waiting, desiredState: DesiredState) {
  return async (request: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<unknown> => {
    const seconds = preferredWaitSeconds(request);
    if (seconds === undefined || reply.statusCode >= 300) return payload;
    const decided = 'list' in (payload as Body | Bodies) ? (payload as Bodies).list : [payload as Body];
    const { minAcks } = request.query as { minAcks?: number };
    const isOver = (sights: readonly (DeploymentSight | undefined)[]) => {
      const verdicts = sights.map((sight) => verdictOf(sight, desiredState));
      const count = (verdict: Verdict) => verdicts.filter((one) => one === verdict).length;
      if (minAcks === undefined) return count('PENDING') === 0;
      return count('ACKED') >= minAcks || count('ACKED') + count('PENDING') < minAcks;
    };
    try {
      const waited = await deployments.wait({
        ids: decided.map(({ deploymentId }) => deploymentId),
        isOver,
        timeoutMs: seconds * 1000,
        signal: goneSignal(reply),
      });
      if (!waited) {
        reply.code(202);
        return payload;
      }
      reply.header('preference-applied', `wait=${seconds}`);
      const isSuperseded = waited.sights.some((sight) => verdictOf(sight, desiredState) === 'SUPERSEDED');
      if (!waited.isOver || (isSuperseded && minAcks === undefined)) reply.code(202);
      const bodies = decided.map((body, index) => {
        const sight = waited.sights[index];
        return sight ? deploymentBody(sight) : body;
      });
      return 'list' in (payload as Body | Bodies) ? deploymentsBody(bodies) : bodies[0];
    } catch (error) {
      // What was decided is decided.
      if (!isUnavailable(error)) throw error;
      reply.code(202);
      return payload;
    }
  };
}

function verdictOf(sight: DeploymentSight | undefined, desiredState: DesiredState): Verdict {
  if (!sight || sight.status === 'ARCHIVED' || sight.desiredState !== desiredState) return 'SUPERSEDED';
  if (sight.status === 'FAILED') return 'REFUSED';
  return sight.status === desiredState ? 'ACKED' : 'PENDING';
}

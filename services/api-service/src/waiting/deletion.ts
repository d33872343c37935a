import { isUnavailable } from '@gatecast/database';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import { goneSignal, preferredWaitSeconds } from './preference.js';
import type { Waiting } from './waiting.js';

/** What is answered about a deletion that not all gateways have handled. */
export const DeletionBody = Type.Object(
  {
    gateways: Type.Object({
      total: Type.Integer({ description: 'Those that had a place of it and were connected.' }),
      confirmed: Type.Integer({ description: 'How many of them have handled that it is deleted.' }),
    }),
  },
  { title: 'Deletion' },
);

/** What is answered, with what is waited for: receipts of the deletion's event, by gateways' UUIDs. */
export interface AwaitedDeletion extends Static<typeof DeletionBody> {
  readonly correlationId: string;
  readonly gatewayIds: readonly string[];
}

/** Returns what is to be answered about a deletion of which nobody has heard yet. */
export function awaitedDeletion(correlationId: string, gatewayIds: readonly string[]): AwaitedDeletion {
  return { gateways: { total: gatewayIds.length, confirmed: 0 }, correlationId, gatewayIds };
}

/**
 * Returns the hook that holds the answer about an awaited deletion back for as long as the request prefers, until the gateways have
 * handled it: nobody acks one. It comes after the commit. A gateway that is deleted meanwhile is not waited for.
 */
export function confirmedFirst({ cursors, revisionOf }: Waiting) {
  return async (request: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<unknown> => {
    const seconds = preferredWaitSeconds(request);
    if (seconds === undefined || reply.statusCode !== 202) return payload;
    const { correlationId, gatewayIds } = payload as AwaitedDeletion;
    try {
      const revision = await revisionOf(correlationId);
      if (revision === undefined) return payload;
      const waited = await cursors.wait({
        ids: gatewayIds,
        isOver: (confirmed) => confirmed.every((through) => through === undefined || through >= revision),
        timeoutMs: seconds * 1000,
        signal: goneSignal(reply),
      });
      if (!waited) return payload;
      reply.header('preference-applied', `wait=${seconds}`);
      if (waited.isOver) reply.code(204);
      const living = waited.sights.filter((through) => through !== undefined);
      return { gateways: { total: living.length, confirmed: living.filter((through) => through >= revision).length } };
    } catch (error) {
      // What is deleted is deleted.
      if (!isUnavailable(error)) throw error;
      return payload;
    }
  };
}

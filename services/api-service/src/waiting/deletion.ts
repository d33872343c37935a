import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
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

/** What a deletion waits for: receipts of its event, by gateways' UUIDs. */
export interface AwaitedDeletion {
  readonly correlationId: string;
  readonly gatewayIds: readonly string[];
}

/**
 * Waits for as long as a request prefers until gateways have handled a deletion; nobody acks one. A gateway that is deleted meanwhile
 * is not waited for. Returns how many have not confirmed it yet; undefined: all have.
 */
export async function confirmedDeletion(
  { cursors, revisionOf }: Waiting,
  request: FastifyRequest,
  reply: FastifyReply,
  { correlationId, gatewayIds }: AwaitedDeletion,
): Promise<{ gateways: { total: number; confirmed: number } } | undefined> {
  const seconds = preferredWaitSeconds(request) ?? 0;
  const revision = await revisionOf(correlationId);
  const nobody = { gateways: { total: gatewayIds.length, confirmed: 0 } };
  if (revision === undefined) return nobody;
  const waited = await cursors.wait({
    ids: gatewayIds,
    isOver: (confirmed) => confirmed.every((through) => through === undefined || through >= revision),
    timeoutMs: seconds * 1000,
    signal: goneSignal(reply),
  });
  if (!waited) return nobody;
  reply.header('preference-applied', `wait=${seconds}`);
  if (waited.isOver) return undefined;
  const living = waited.sights.filter((through) => through !== undefined);
  return { gateways: { total: living.length, confirmed: living.filter((through) => through >= revision).length } };
}

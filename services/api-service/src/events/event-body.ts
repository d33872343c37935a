import { actions, kinds, oneOf, statusReasons, Uuid } from '@gatecast/contracts';
import { type Static, Type } from 'typebox';
import { DateTime } from '../fields.js';
import type { LoggedEvent } from './events.js';

/** How far an event has come, each including those before it. */
const lifeStates = ['committed', 'published', 'written', 'confirmed', 'settled'] as const;
type LifeState = (typeof lifeStates)[number];
const outcomes = ['DEPLOYED', 'UNDEPLOYED', 'FAILED'] as const;

export const EventBody = Type.Object(
  {
    revision: Type.Integer({ minimum: 1 }),
    correlationId: Uuid,
    type: Type.String({ description: 'As gateways read it, e.g. `api.deployed`.' }),
    action: oneOf(actions),
    entity: Type.Object(
      {
        type: Type.String({ description: '`artifact`, `key`, `subscription`, `plan`, `application`.' }),
        id: Type.String({ format: 'uuid', description: 'Its UUID, as gateways know it.' }),
        kind: Type.Optional(oneOf(kinds.map(({ kind }) => kind))),
        handle: Type.Optional(Type.String({ description: 'Its id in this API; left out when it has none or is gone.' })),
      },
      { description: 'What the event is about.' },
    ),
    gatewayId: Type.Optional(
      Type.String({
        description: "The gateway's id, its UUID when it is gone. Left out: for every gateway of the organization.",
      }),
    ),
    actor: Type.Optional(Type.String({ description: 'Whose request it was; `gatecast`: it was issued again by itself.' })),
    committedAt: DateTime,
    life: Type.Object(
      {
        state: oneOf(lifeStates, {
          description: 'What is certain. Settled: the gateway has acked or refused it, or did not in time.',
        }),
        publishedAt: Type.Optional(DateTime),
        writtenAt: Type.Optional(DateTime),
        confirmedAt: Type.Optional(DateTime),
        settledAt: Type.Optional(DateTime),
        outcome: Type.Optional(oneOf(outcomes)),
        reason: Type.Optional(oneOf(statusReasons)),
        isSuperseded: Type.Optional(Type.Boolean({ description: 'A later decision took its place.' })),
      },
      { description: 'Times are what was observed; they may be missing.' },
    ),
    gateways: Type.Optional(
      Type.Object(
        { total: Type.Integer(), written: Type.Integer(), confirmed: Type.Integer() },
        {
          description:
            'Of events for every gateway: how many have it. One that was made later needs not, and counts as if it had.',
        },
      ),
    ),
  },
  { title: 'Event' },
);
export type EventBody = Static<typeof EventBody>;

/** Returns the body of an event. */
export function eventBody(event: LoggedEvent): EventBody {
  const { kind, entityHandle, gatewayId, actor, outcome, reason, publishedAt, writtenAt, confirmedAt, settledAt } = event;
  return {
    revision: event.revision,
    correlationId: event.correlationId,
    type: event.type,
    action: event.action,
    entity: {
      type: event.entityType,
      id: event.entityId,
      ...(kind !== null && { kind }),
      ...(entityHandle !== null && { handle: entityHandle }),
    },
    ...(gatewayId !== null && { gatewayId }),
    ...(actor !== null && { actor }),
    committedAt: event.committedAt.toISOString(),
    life: {
      state: stateOf(event),
      ...(publishedAt && { publishedAt: publishedAt.toISOString() }),
      ...(writtenAt && { writtenAt: writtenAt.toISOString() }),
      ...(confirmedAt && { confirmedAt: confirmedAt.toISOString() }),
      ...(settledAt && { settledAt: settledAt.toISOString() }),
      ...(outcome !== null && { outcome }),
      ...(reason !== null && { reason }),
      ...(event.isSuperseded && { isSuperseded: true }),
    },
    ...(event.gateways && { gateways: event.gateways }),
  };
}

function stateOf({ outcome, gateways, isPublished, isWritten, isConfirmed }: LoggedEvent): LifeState {
  if (outcome !== null) return 'settled';
  const { total = 0, written = 0, confirmed = 0 } = gateways ?? {};
  if (isConfirmed || (total > 0 && confirmed === total)) return 'confirmed';
  if (isWritten || (total > 0 && written === total)) return 'written';
  return isPublished ? 'published' : 'committed';
}

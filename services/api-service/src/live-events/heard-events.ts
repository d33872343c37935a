import type { HeardEvent } from '@gatecast/broker';
import { type Envelope, kindOfEventPrefix } from '@gatecast/contracts';
import type { EventBody } from '../events/event-body.js';
import { between } from '../events/receipt-times.js';
import type { Names } from './names.js';

/** An event as it was heard, without its frame. */
export interface LightEvent extends Omit<HeardEvent, 'frame' | 'entity' | 'heardAtMs'> {
  readonly entityType: string;
  readonly entityId: string;
  readonly actor: string | undefined;
}

const decoder = new TextDecoder();

/** Takes from an event what is shown of it; its frame may be large. @throws SyntaxError when the frame is no JSON. */
export function withoutFrame({ frame, entity, heardAtMs: _, ...event }: HeardEvent): LightEvent {
  const [entityType = '', entityId = ''] = entity.split(':');
  return { ...event, entityType, entityId, actor: (JSON.parse(decoder.decode(frame)) as Envelope).userId };
}

/** Returns the bodies of events of one organization that were just published, in the order given; `nowMs` by the database's clock. */
export async function heardBodies(
  names: Names,
  organizationId: string,
  events: readonly LightEvent[],
  nowMs: number,
): Promise<EventBody[]> {
  const ids = events.flatMap(({ gatewayId, entityId }) => (gatewayId === null ? [entityId] : [gatewayId, entityId]));
  const handles = await names.of(organizationId, ids);
  return events.map(
    ({ revision, correlationId, type, action, gatewayId, entityType, entityId, actor, committedAtMs, publishedAtMs }) => {
      const kind = entityType === 'artifact' ? kindOfEventPrefix(type.split('.', 1)[0] ?? '')?.kind : undefined;
      const handle = handles.get(entityId);
      return {
        revision,
        correlationId,
        type,
        action,
        entity: { type: entityType, id: entityId, ...(kind && { kind }), ...(handle !== undefined && { handle }) },
        ...(gatewayId !== null && { gatewayId: handles.get(gatewayId) ?? gatewayId }),
        ...(actor !== undefined && { actor }),
        committedAt: new Date(committedAtMs).toISOString(),
        life: {
          state: 'published',
          ...(publishedAtMs !== null && { publishedAt: new Date(between(committedAtMs, publishedAtMs, nowMs)).toISOString() }),
        },
      };
    },
  );
}

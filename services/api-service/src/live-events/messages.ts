import type { EventBody } from '../events/event-body.js';

/** An event as it is written to readers: once for all of them. */
export interface EventMessage extends Pick<EventBody, 'revision' | 'gatewayId' | 'type'> {
  readonly text: string;
}

/** A message beside the events. */
export interface SideMessage {
  /** The handle of the gateway that it is about. */
  readonly gatewayId: string;
  /** The type of the event that it is about, where that is known. */
  readonly type?: string;
  readonly text: string;
}

/** Returns the message of an event; its id is the position that a reader comes back to. */
export function liveMessage(logEpoch: string, event: EventBody): EventMessage {
  const { revision, gatewayId, type } = event;
  const text = `event: event\nid: ${logEpoch}:${revision}\ndata: ${JSON.stringify(event)}\n\n`;
  return { revision, type, text, ...(gatewayId !== undefined && { gatewayId }) };
}

/** Returns a message about a gateway. `type`: of the event that it is about. */
export function sideMessage<Data extends { readonly gatewayId: string }>(
  event: 'life' | 'presence',
  data: Data,
  type?: string,
): SideMessage {
  const text = `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
  return { gatewayId: data.gatewayId, text, ...(type !== undefined && { type }) };
}

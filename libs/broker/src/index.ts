export * from './ack-queue.js';
export { type BrokerConnection, type BrokerOptions, BrokerUnavailableError, openConnection } from './connection.js';
export * from './event-feed.js';
export { eventMetaOf, type HeardEvent } from './event-message.js';
export * from './event-publisher.js';
export { lastEvent } from './last-event.js';
export { answerInParts, answerRequests, hear, notify, request, requestAll } from './requests.js';
export { streamedEntities } from './streamed-entities.js';
export {
  ensureAckQueue,
  ensureEventStream,
  eventStreamIdentity,
  type StreamIdentity,
  type StreamOptions,
  StreamUnusableError,
} from './streams.js';

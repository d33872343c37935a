export { type AckError, deploymentAck } from './acks.js';
export * from './connection.js';
export { type ControlPlane, UnexpectedStatus } from './control-plane.js';
export { type Definition, readDefinition, yamlInZip } from './definition.js';
export { type ArtifactEvent, type CredentialEvent, type IgnoredFrame, readFrame } from './events.js';
export {
  type EventRecord,
  type Gateway,
  type GatewayOptions,
  type SyncOptions,
  type SyncStatus,
  startGateway,
} from './gateway.js';
export { type Handled, type Handling, handleEvent } from './handling.js';
export { type InternalApi, internalApi, type Manifest } from './internal-api.js';
export type { Log } from './log.js';
export { memoryStore } from './memory-store.js';
export type { Outcome } from './outcome.js';
export {
  apiKeyId,
  type GatewayStore,
  handledEventsKept,
  type OwnedRows,
  type Rows,
  type StoredApiKey,
  type StoredApplication,
  type StoredArtifact,
  type StoredPlan,
  type StoredSecret,
  type StoredSubscription,
  type StoreTransaction,
} from './store.js';
export { defaultSyncTimes, type SyncMode, type SyncTimes } from './sync/schedule.js';
export { isComplete, type StepReport, type SyncReason, type SyncReport, type SyncStep } from './sync/sync.js';

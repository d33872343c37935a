import type { Change } from './frames.js';

export const applicationTypes = ['genai', 'web'] as const;
export type ApplicationType = (typeof applicationTypes)[number];

/** An application as gateways learn of it: who uses which API keys. */
export interface ApplicationState {
  /** UUID. */
  readonly id: string;
  readonly handle: string;
  readonly displayName: string;
  readonly type: ApplicationType;
  /** UUIDs of the API keys that are mapped to it. */
  readonly keyIds: readonly string[];
}

/**
 * Returns what tells a gateway of an application and all of its keys, in place of what it knew (gateway protocol 1.5, 1.6). There
 * is no event for its end: an application without keys means nothing to a gateway.
 */
export function applicationUpdated({ id, handle, displayName, type, keyIds }: ApplicationState): Change {
  return {
    entityType: 'application',
    entityId: id,
    action: 'UPDATE',
    type: 'application.updated',
    payload: {
      applicationId: handle,
      applicationUuid: id,
      applicationName: displayName,
      applicationType: type,
      mappings: keyIds.map((apiKeyUuid) => ({ apiKeyUuid })),
    },
  };
}

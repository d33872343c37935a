import { type ArtifactVerb, type Kind, kindOfEventPrefix } from '@gatecast/contracts';
import { type CredentialChange, credentialEvents } from './credentials/index.js';

/** An event about an artifact, as a gateway reads it (gateway protocol 1.5). */
export interface ArtifactEvent {
  readonly type: string;
  readonly kind: Kind;
  readonly verb: ArtifactVerb;
  readonly artifactId: string;
  /** Empty when the event has none. */
  readonly deploymentId: string;
  /** RFC 3339 exactly as received, since the ack repeats it; empty when the event has none. */
  readonly performedAt: string;
  /** The event's id; empty when it has none, then nothing can tell that it comes a second time. */
  readonly correlationId: string;
}

/** An event about an API key, a subscription, a plan or an application (gateway protocol 1.5). */
export interface CredentialEvent extends CredentialChange {
  readonly type: string;
  readonly correlationId: string;
}

export type GatewayEvent = ArtifactEvent | CredentialEvent;

/** A frame that changes nothing, with what the log should say about it (gateway protocol 1.4, end). */
export interface IgnoredFrame {
  readonly type: string;
  readonly correlationId: string;
  readonly ignored: {
    readonly level: 'info' | 'warn' | 'error';
    readonly reason: string;
    /** What exactly, where that varies. */
    readonly detail?: string;
  };
}

const verbs: readonly string[] = ['deployed', 'undeployed', 'deleted'] satisfies ArtifactVerb[];

/**
 * Reads one frame; never throws. Artifact events of all kinds come out in one shape, events about credentials in another,
 * everything else is ignored with a reason.
 */
export function readFrame(frame: string | Buffer): GatewayEvent | IgnoredFrame {
  if (typeof frame !== 'string') return ignore('info', 'binary frame ignored');
  let envelope: unknown;
  try {
    envelope = JSON.parse(frame);
  } catch {
    return ignore('error', 'frame is not JSON');
  }
  const { type, correlationId = '', userId = '', payload } = (envelope ?? {}) as Record<string, unknown>;
  if (typeof type !== 'string' || type === '') return ignore('warn', 'frame has no type');
  if (typeof correlationId !== 'string' || typeof userId !== 'string') return ignore('error', 'event is malformed', type);

  const readChange = Object.hasOwn(credentialEvents, type) ? credentialEvents[type] : undefined;
  if (readChange) {
    try {
      return { type, correlationId, ...readChange(payload, userId) };
    } catch (error) {
      return ignore('error', 'event is malformed', type, correlationId, (error as Error).message);
    }
  }

  const [prefix = '', verb = ''] = type.split('.', 2);
  const traits = kindOfEventPrefix(prefix);
  if (!traits || !verbs.includes(verb) || type !== `${prefix}.${verb}`)
    return ignore('info', 'event of an unknown type ignored', type, correlationId);

  const fields = (payload ?? {}) as Record<string, unknown>;
  const { [traits.idField]: artifactId = '', deploymentId = '', performedAt = '' } = fields;
  if (typeof artifactId !== 'string' || typeof deploymentId !== 'string' || typeof performedAt !== 'string') {
    return ignore('error', 'event is malformed', type, correlationId);
  }
  if (artifactId === '') return ignore('error', 'event names no artifact', type, correlationId);
  if (performedAt !== '' && Number.isNaN(Date.parse(performedAt)))
    return ignore('error', 'event is malformed', type, correlationId);
  return { type, kind: traits.kind, verb: verb as ArtifactVerb, artifactId, deploymentId, performedAt, correlationId };
}

function ignore(
  level: IgnoredFrame['ignored']['level'],
  reason: string,
  type = '',
  correlationId = '',
  detail?: string,
): IgnoredFrame {
  return { type, correlationId, ignored: { level, reason, ...(detail !== undefined && { detail }) } };
}

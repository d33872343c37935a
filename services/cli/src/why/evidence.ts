import { type ApiClient, ApiError, type ApiEvent, type GatewayStatusDetail, type Place } from '@gatecast/api-client';
import { kindTraits } from '@gatecast/contracts/kinds';
import { type ArtifactReference, artifactName } from '../artifact-reference.js';
import { entityName, newestEvents } from '../events.js';
import { Failure } from '../failure.js';
import { gatewayStatus, placeOf } from '../places.js';
import { moment } from '../time.js';

/** What is known of an artifact on a gateway. */
export interface Evidence {
  readonly artifact: ArtifactReference;
  readonly gateway: GatewayStatusDetail;
  /** Undefined: it never had one, or is gone. */
  readonly place?: Place;
  /** The event by which somebody decided what is decided; undefined: the event log has it no more. */
  readonly decision?: ApiEvent;
  /** The latest event of the decision: another one than `decision` when Gatecast has issued it again. */
  readonly latest?: ApiEvent;
  /** The event of the decision that the gateway refused last. */
  readonly refused?: ApiEvent;
  /** By which the artifact was deleted. */
  readonly deletion?: ApiEvent;
}

/** Under this name Gatecast issues decisions again by itself. */
const gatecast = 'gatecast';
/** Far more than a decision is issued again. */
const eventsMax = 100;
const deletionsShown = 5;

/** Reads what is known. @throws ApiError or Failure when there is no such gateway, or no such artifact and none known that was deleted. */
export async function evidenceOf(api: ApiClient, artifact: ArtifactReference, gatewayId: string): Promise<Evidence> {
  const gateway = await gatewayStatus(api, gatewayId);
  // Without the kind the log is searched to its beginning, however rare these events are.
  const found = await newestEvents(api, { gatewayId, artifactId: artifact.id }, eventsMax);
  const about = found.filter(({ entity }) => entity.kind === artifact.kind);
  let place: Place | undefined;
  try {
    place = await placeOf(api, artifact, gatewayId);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 404) throw error;
    const deletion = about.find(isDeletion);
    if (deletion) return { artifact, gateway, deletion };
    throw new Failure([error.message, ...(await deletions(api, artifact, gatewayId))].join('\n'));
  }
  if (!place) return { artifact, gateway };
  const { correlationId } = place;
  const own = about.filter((event) => event.gatewayId === gatewayId);
  const decision = own.find(({ actor, type }) => actor !== gatecast && isOf(place, type));
  const latest = own.find((event) => event.correlationId === correlationId);
  const sinceDecided = decision ? own.slice(0, own.indexOf(decision) + 1) : own;
  const refused = sinceDecided.find(({ life }) => life.outcome === 'FAILED' && life.reason !== 'DEPLOYMENT_TIMEOUT');
  return { artifact, gateway, place, ...(decision && { decision }), ...(latest && { latest }), ...(refused && { refused }) };
}

function isOf({ desired }: Place, type: string): boolean {
  return type.endsWith(desired.state === 'DEPLOYED' ? '.deployed' : '.undeployed');
}

function isDeletion({ type }: ApiEvent): boolean {
  return type.endsWith('.deleted');
}

/** The name of what was deleted is not kept: these lines say which UUIDs it may have had. */
async function deletions(api: ApiClient, { kind }: ArtifactReference, gatewayId: string): Promise<string[]> {
  const { eventPrefix, title } = kindTraits(kind);
  const found = await newestEvents(api, { gatewayId, type: `${eventPrefix}.deleted` }, deletionsShown);
  if (found.length === 0) return [`No ${title} was deleted as far back as the event log is kept.`];
  return [
    `If it was deleted, it is one of these: gatecast why ${artifactName({ kind, id: 'UUID' })} ${gatewayId}`,
    ...found.map(
      (event) => `  ${entityName(event)}, deleted at ${moment(event.committedAt)} by ${event.actor ?? 'an unknown user'}`,
    ),
  ];
}

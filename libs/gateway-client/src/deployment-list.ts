import { type DesiredState, desiredStates, type Kind, kinds, Type } from '@gatecast/contracts';
import { Instant, maybe, orNull, reader, Text } from './reading.js';

/** What is decided about one artifact on this gateway. */
export interface ListedDeployment {
  readonly artifactId: string;
  readonly kind: Kind;
  readonly deploymentId: string;
  readonly state: DesiredState;
  /** `performedAt` of the decision: RFC 3339, and in whole milliseconds since 1970. */
  readonly deployedAt: string;
  readonly deployedAtMs: number;
  /** The `correlationId` of the event that says the same; empty when not told. */
  readonly etag: string;
}

export interface DeploymentList {
  readonly deployments: readonly ListedDeployment[];
  /** The ids of all artifacts of the answer, also of those whose kind or state is none that a gateway knows. */
  readonly artifactIds: ReadonlySet<string>;
}

const readAnswer = reader(
  'the list of deployments',
  Type.Object({
    deployments: Type.Array(
      Type.Object({
        artifactId: Text,
        deploymentId: Text,
        kind: Text,
        state: Text,
        deployedAt: Instant,
        etag: maybe(Type.String()),
      }),
    ),
  }),
);

const kindNames: readonly string[] = kinds.map(({ kind }) => kind);
const stateNames: readonly string[] = desiredStates;

/**
 * Reads an answer of `GET /deployments` (gateway protocol 2.3).
 * @throws Error when it is malformed or says two things of one artifact: of such an answer nothing can be believed.
 */
export function readDeploymentList(answer: unknown): DeploymentList {
  const rows = readAnswer(answer).deployments;
  const artifactIds = new Set(rows.map(({ artifactId }) => artifactId));
  if (artifactIds.size < rows.length) throw new Error('the list of deployments names an artifact twice');
  const deployments = rows
    .map((row) => ({ ...row, state: row.state.toUpperCase() }))
    .filter(({ kind, state }) => kindNames.includes(kind) && stateNames.includes(state))
    .map(({ artifactId, deploymentId, kind, state, deployedAt, etag }) => ({
      artifactId,
      kind: kind as Kind,
      deploymentId,
      state: state as DesiredState,
      deployedAt,
      deployedAtMs: Date.parse(deployedAt),
      etag: orNull(etag) ?? '',
    }));
  return { deployments, artifactIds };
}

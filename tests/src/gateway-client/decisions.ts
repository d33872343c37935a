import { randomUUID } from 'node:crypto';
import { type DesiredState, type Kind, kindTraits } from '@gatecast/contracts';
import { archive, type ControlPlane, definition } from './control-plane.js';

/** What is decided about an artifact, as `GET /deployments` lists it (gateway protocol 2.3). */
export interface Listed {
  readonly artifactId: string;
  readonly deploymentId: string;
  readonly kind: Kind;
  readonly state: DesiredState;
  readonly deployedAt: string;
  readonly etag: string;
}

/** What a control plane has decided for one gateway, and how it answers of that. */
export interface Decisions {
  /** Decides; in place of what was decided about that artifact before. `content` is what the deployment contains. */
  decide(decision: Partial<Listed> & { readonly kind: Kind }, content?: string): Listed;
  /** From now on the list does not name it; it exists on. */
  unlist(artifactId: string): void;
  /** From now on it is neither listed nor exists. */
  delete(artifactId: string): void;
  /** The archive with these deployments, as far as they were decided. */
  archiveOf(deploymentIds: readonly string[]): Buffer;
  /** Deployments asked for, one list per request. */
  readonly batches: readonly (readonly string[])[];
  /** Ids asked about, one list per request. */
  readonly existenceAsked: readonly (readonly string[])[];
}

/** Lets a control plane answer with decisions, none at first, and with no keys, plans, subscriptions and secrets. */
export function noDecisions(controlPlane: ControlPlane): Decisions {
  const listed = new Map<string, Listed>();
  const contents = new Map<string, [path: string, content: string]>();
  const existing = new Set<string>();
  const batches: string[][] = [];
  const existenceAsked: string[][] = [];

  const archiveOf = (ids: readonly string[]) =>
    archive(ids.flatMap((id) => (contents.has(id) ? [contents.get(id) as [string, string]] : [])));

  controlPlane.answer('GET /deployments', () => ({ deployments: [...listed.values()] }));
  controlPlane.answer('POST /deployments/fetch-batch', (body) => {
    const { deploymentIds } = body as { deploymentIds: string[] };
    batches.push(deploymentIds);
    return archiveOf(deploymentIds);
  });
  controlPlane.answer('POST /artifacts/exists', (body) => {
    const { artifactIds } = body as { artifactIds: string[] };
    existenceAsked.push(artifactIds);
    return { artifacts: artifactIds.map((artifactId) => ({ artifactId, exists: existing.has(artifactId) })) };
  });
  for (const path of ['/apis/api-keys', '/llm-providers/api-keys', '/llm-proxies/api-keys', '/subscription-plans'])
    controlPlane.answer(`GET ${path}`, []);
  for (const query of ['', '?includeValues=true']) controlPlane.answer(`GET /secrets${query}`, { list: [], count: 0 });

  return {
    archiveOf,
    batches,
    existenceAsked,
    decide(decision, content) {
      const row: Listed = {
        artifactId: randomUUID(),
        deploymentId: randomUUID(),
        state: 'DEPLOYED',
        deployedAt: at(0),
        etag: randomUUID(),
        ...decision,
      };
      listed.set(row.artifactId, row);
      existing.add(row.artifactId);
      const text = content ?? definition(row.kind, `a-${row.artifactId}`);
      contents.set(row.deploymentId, [`${row.deploymentId}/${kindTraits(row.kind).filePrefix}-${row.artifactId}.yaml`, text]);
      controlPlane.serve(row.kind, row.artifactId, text);
      if (row.kind === 'RestApi') controlPlane.answer(`GET /apis/${row.artifactId}/subscriptions`, []);
      return row;
    },
    unlist: (artifactId) => void listed.delete(artifactId),
    delete(artifactId) {
      listed.delete(artifactId);
      existing.delete(artifactId);
    },
  };
}

/** An instant on one day, in milliseconds from noon, as the contract writes it. */
export function at(ms: number): string {
  return new Date(Date.UTC(2026, 0, 1, 12, 0, 0, ms)).toISOString();
}

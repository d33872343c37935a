import type { Kind } from '@gatecast/contracts';
import { exampleOf, kindsInOrder } from '../examples.js';
import type { ManagementClient } from '../management-client.js';

const project = 'bench';

/** An artifact of a benchmark. */
export interface BenchArtifact {
  readonly kind: Kind;
  readonly handle: string;
}

/** Makes REST APIs from the example, in a project of their own; returns their handles. */
export async function makeArtifacts(api: ManagementClient, count: number): Promise<string[]> {
  await api.createProject(project);
  return (await makeOfKind(api, 'RestApi', count)).map(({ handle }) => handle);
}

/** Makes artifacts from the examples, as many of each kind, in a project of their own; a proxy after the provider that it needs. */
export async function makeArtifactsOfEachKind(api: ManagementClient, countOfEach: number): Promise<BenchArtifact[]> {
  await api.createProject(project);
  const made: BenchArtifact[] = [];
  for (const kind of kindsInOrder) made.push(...(await makeOfKind(api, kind, countOfEach)));
  return made;
}

async function makeOfKind(api: ManagementClient, kind: Kind, count: number): Promise<BenchArtifact[]> {
  const example = exampleOf(kind);
  const made = Array.from({ length: count }, (_, n) => ({ kind, handle: `artifact-${String(n).padStart(3, '0')}` }));
  for (const { handle: id } of made) {
    const refersTo = {
      ...('projectId' in example && { projectId: project }),
      ...('provider' in example && { provider: { id } }),
    };
    await api.createArtifact(kind, { ...example, id, displayName: id, context: `/${id}`, ...refersTo });
  }
  return made;
}

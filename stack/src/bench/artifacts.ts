import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { ManagementClient } from '../management-client.js';
import { projectFolder } from '../project-folder.js';

/** Makes REST APIs from the example, in a project of their own; returns their handles. */
export async function makeArtifacts(api: ManagementClient, count: number): Promise<string[]> {
  const project = 'bench';
  await api.createProject(project);
  const example = JSON.parse(readFileSync(path.join(projectFolder, 'examples/rest-api.json'), 'utf8')) as object;
  const handles = Array.from({ length: count }, (_, n) => `artifact-${String(n).padStart(3, '0')}`);
  for (const id of handles) {
    await api.createArtifact('RestApi', { ...example, id, displayName: id, context: `/${id}`, projectId: project });
  }
  return handles;
}

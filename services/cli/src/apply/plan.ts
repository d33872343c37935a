import { type ApiClient, ApiError, answer } from '@gatecast/api-client';
import { artifactPaths } from '../artifact-paths.js';
import type { WantedArtifact } from './artifact-file.js';
import { type DifferenceLine, difference, jsonLines } from './difference.js';

/** What has to be done for one artifact. */
export interface Step {
  readonly wanted: WantedArtifact;
  readonly action: 'create' | 'change' | 'none';
  readonly difference: readonly DifferenceLine[];
  /** Of what it was compared with. */
  readonly etag?: string;
}

/** What the API adds to an artifact, and passes over when it is sent back. */
const givenFields = new Set(['kind', 'readOnly', 'createdBy', 'createdAt', 'updatedAt']);

/** Compares what is wanted with what is there. */
export async function planOf(api: ApiClient, wanted: readonly WantedArtifact[]): Promise<Step[]> {
  return Promise.all(
    wanted.map(async (one): Promise<Step> => {
      const there = await artifactOf(api, one);
      const after = jsonLines(decided(one.body));
      const lines = difference(there ? jsonLines(decided(there.body)) : [], after);
      const action = !there ? 'create' : lines.length > 0 ? 'change' : 'none';
      return { wanted: one, action, difference: lines, ...(there?.etag && { etag: there.etag }) };
    }),
  );
}

/** Does one step. @throws ApiError when it is refused, also when somebody has changed the artifact since it was compared. */
export async function perform(api: ApiClient, { wanted: { kind, id, body }, action, etag }: Step): Promise<void> {
  const { all, one } = artifactPaths(kind);
  // The API looks at what a file holds; its answer names the field that does not fit.
  if (action === 'create') await answer(api.POST(all, { body: body as never }));
  const header = etag === undefined ? {} : { 'if-match': etag };
  if (action === 'change') await answer(api.PUT(one, { params: { path: { artifactId: id }, header }, body: body as never }));
}

async function artifactOf(api: ApiClient, { kind, id }: WantedArtifact) {
  try {
    const call = api.GET(artifactPaths(kind).one, { params: { path: { artifactId: id } } });
    return { body: await answer(call), etag: (await call).response.headers.get('etag') };
  } catch (error) {
    if (error instanceof ApiError && error.status === 404 && error.code !== '') return undefined;
    throw error;
  }
}

function decided(body: object): object {
  return Object.fromEntries(Object.entries(body).filter(([name]) => !givenFields.has(name)));
}

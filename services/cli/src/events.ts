import { type ApiClient, type ApiEvent, answer, type paths } from '@gatecast/api-client';
import { artifactName } from './artifact-reference.js';

type EventQuery = Omit<NonNullable<paths['/api/v0.9/events']['get']['parameters']['query']>, 'before' | 'limit'>;

/** The most that the API gives at once. */
const pageMax = 100;

/** Returns the newest events, at most `max`, the newest first. */
export async function newestEvents(api: ApiClient, query: EventQuery, max: number): Promise<ApiEvent[]> {
  const events: ApiEvent[] = [];
  for (let before: number | undefined; ; ) {
    const limit = Math.min(pageMax, max - events.length);
    const params = { query: { ...query, limit, ...(before !== undefined && { before }) } };
    const { list, nextBefore } = await answer(api.GET('/api/v0.9/events', { params }));
    events.push(...list);
    if (events.length >= max || nextBefore === undefined) return events;
    before = nextBefore;
  }
}

/** Returns how what an event is about is shown: an artifact as on the command line, with its UUID when it is gone. */
export function entityName({ entity: { type, kind, handle, id } }: ApiEvent): string {
  return kind ? artifactName({ kind, id: handle ?? id }) : `${type} ${handle ?? id}`;
}

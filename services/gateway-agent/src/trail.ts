import { appendFileSync } from 'node:fs';
import type { EventRecord } from '@gatecast/gateway-client';

/**
 * Returns a function that adds a record to a file, one JSON line each. It is in the file when the function returns, so a record
 * survives `kill -9` of this process, and none is missing before one that is there. A process killed between its store's commit
 * and this leaves a change without its record; the event is then delivered again and recorded as a duplicate.
 */
export function eventTrail(file: string): (event: EventRecord) => void {
  return (event) => appendFileSync(file, `${JSON.stringify(event)}\n`);
}

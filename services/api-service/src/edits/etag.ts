import { createHash } from 'node:crypto';

/** Fields that change without an edit. */
const fleeting = new Set(['isActive']);
/** Those of an API key, which expires by itself; the status of everything else is edited. */
const fleetingOfKey = new Set(['status']);

/** Returns the ETag of a resource by its body: another one after each edit, the same in whichever order its fields are. */
export function etagOf(body: object): string {
  const leftOut = 'maskedApiKey' in body ? fleetingOfKey : fleeting;
  const shown = Object.fromEntries(Object.entries(body).filter(([field]) => !leftOut.has(field)));
  return `"${createHash('sha256').update(JSON.stringify(shown, sorted)).digest('base64url')}"`;
}

/** Whether an `If-Match` header lets a resource with this ETag be changed (RFC 9110, 13.1.1): weak ones never do. */
export function matches(ifMatch: string, etag: string): boolean {
  return ifMatch
    .split(',')
    .map((one) => one.trim())
    .some((one) => one === '*' || one === etag);
}

function sorted(_field: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
}

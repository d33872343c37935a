import { createHash } from 'node:crypto';

/**
 * Returns the `etag` of an entity at an instant: the same for the same, another for any other, in the layout of a UUID of version 7
 * (gateway protocol 2.0).
 */
export function etagOf(entityId: string, at: Date): string {
  const bytes = createHash('sha256').update(`${entityId}:${at.getTime()}`).digest().subarray(0, 16);
  bytes.writeUIntBE(at.getTime(), 0, 6);
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

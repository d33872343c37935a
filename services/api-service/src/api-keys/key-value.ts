import { createHash, randomBytes } from 'node:crypto';

/** Returns a new API key: 32 random bytes. */
export function generateKey(): string {
  return randomBytes(32).toString('base64url');
}

/** Returns what is kept of an API key: its SHA-256 (hex), and enough of it to be recognized by its owner. */
export function keptOf(key: string): { readonly keyHash: string; readonly maskedKey: string } {
  return { keyHash: createHash('sha256').update(key).digest('hex'), maskedKey: `********${key.slice(-4)}` };
}

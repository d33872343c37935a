import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { EnvError, makeExactValidator } from 'envalid';
import { fileHolding } from './settings.js';

const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;

/** A key: 32 bytes, as 64 hexadecimal digits or as base64 or base64url, or all of a file that holds one of these. */
const keyText = makeExactValidator<Buffer>(keyOf);
const keyFile = fileHolding((text) => keyOf(text));

/** The settings of a service that seals or opens secrets. All may be missing: then it keeps and opens none. */
export const sealingSettings = {
  /** Seals secrets at rest, and opens them. */
  SECRETS_KEY: keyText({ default: undefined }),
  SECRETS_KEY_FILE: keyFile({ default: undefined }),
  /** The key before that one: only opens. For as long as secrets are sealed with it. */
  SECRETS_OLD_KEY: keyText({ default: undefined }),
  SECRETS_OLD_KEY_FILE: keyFile({ default: undefined }),
};

/** Whose secret it is: part of what is sealed, so that a value can't be moved to another secret's row. */
export interface SecretIdentity {
  readonly organizationId: string;
  readonly handle: string;
}

/** Turns secrets into what can be stored and back. */
export interface Sealing {
  /** There is an old key too, which only opens. */
  readonly hasOldKey: boolean;
  /** Returns nonce, ciphertext and tag in one (AES-256-GCM, a new nonce each time). */
  seal(value: string, identity: SecretIdentity): Buffer;
  /**
   * Returns the value, and whether the current key opened it.
   * @throws SealingError when no key opens it: it is sealed with another one, damaged, or another secret's.
   */
  open(sealed: Uint8Array, identity: SecretIdentity): { readonly value: string; readonly isCurrent: boolean };
  /** Returns a text that changes with the value and tells nothing of it to who has no key: `hmac-sha256:<hex>`. */
  hash(value: string, identity: SecretIdentity): string;
}

/** A secret can't be opened. `message` tells nothing of it. */
export class SealingError extends Error {
  override readonly name = 'SealingError';
}

/** Returns which of these settings contradict each other, and how. */
export function sealingContradictions(environment: NodeJS.ProcessEnv): Record<string, string> {
  const has = (name: string) => environment[name] !== undefined;
  const found: Record<string, string> = {};
  for (const name of ['SECRETS_KEY', 'SECRETS_OLD_KEY'])
    if (has(name) && has(`${name}_FILE`)) found[name] = `is set beside ${name}_FILE; set one of them`;
  for (const name of ['SECRETS_OLD_KEY', 'SECRETS_OLD_KEY_FILE'])
    if (has(name) && !has('SECRETS_KEY') && !has('SECRETS_KEY_FILE')) found[name] = 'needs SECRETS_KEY beside it';
  return found;
}

/** Returns the sealing with the keys that are set; undefined without any. */
export function sealingOf(settings: {
  readonly SECRETS_KEY: Buffer | undefined;
  readonly SECRETS_KEY_FILE: Buffer | undefined;
  readonly SECRETS_OLD_KEY: Buffer | undefined;
  readonly SECRETS_OLD_KEY_FILE: Buffer | undefined;
}): Sealing | undefined {
  const key = settings.SECRETS_KEY ?? settings.SECRETS_KEY_FILE;
  return key && createSealing(key, settings.SECRETS_OLD_KEY ?? settings.SECRETS_OLD_KEY_FILE);
}

/** Creates the sealing with a key of 32 bytes, and the one before it. */
export function createSealing(key: Uint8Array, oldKey?: Uint8Array): Sealing {
  // A key for each purpose, so that a hash never is of use against a ciphertext.
  const current = { encryption: derive(key, 'secret encryption'), hash: derive(key, 'secret hash') };
  const encryptionKeys = [current.encryption, ...(oldKey ? [derive(oldKey, 'secret encryption')] : [])];

  return {
    hasOldKey: oldKey !== undefined,
    seal(value, identity) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', current.encryption, nonce).setAAD(bytesOf(identity));
      return Buffer.concat([nonce, cipher.update(value, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    },
    open(sealed, identity) {
      for (const encryptionKey of encryptionKeys) {
        const value = tryOpen(sealed, encryptionKey, identity);
        if (value !== undefined) return { value, isCurrent: encryptionKey === current.encryption };
      }
      throw new SealingError(
        'A secret cannot be opened: it is sealed with another key than SECRETS_KEY and SECRETS_OLD_KEY, or its row was changed.',
      );
    },
    hash: (value, identity) =>
      `hmac-sha256:${createHmac('sha256', current.hash).update(bytesOf(identity)).update(value, 'utf8').digest('hex')}`,
  };
}

function tryOpen(sealed: Uint8Array, key: Uint8Array, identity: SecretIdentity): string | undefined {
  if (sealed.length < nonceBytes + tagBytes) return undefined;
  const end = sealed.length - tagBytes;
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, nonceBytes), { authTagLength: tagBytes })
    .setAAD(bytesOf(identity))
    .setAuthTag(sealed.subarray(end));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(nonceBytes, end)), decipher.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}

/** No two identities have the same bytes, and none is the beginning of another's. */
function bytesOf({ organizationId, handle }: SecretIdentity): Buffer {
  return Buffer.from(`${JSON.stringify([organizationId, handle])}\n`, 'utf8');
}

function derive(key: Uint8Array, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), `gatecast ${purpose}`, keyBytes));
}

function keyOf(input: string): Buffer {
  const text = input.trim();
  const key = /^[0-9a-f]{64}$/i.test(text)
    ? Buffer.from(text, 'hex')
    : /^[A-Za-z0-9+/_-]{43}=?$/.test(text)
      ? Buffer.from(text, 'base64')
      : undefined;
  // What was given is not repeated: it may be a key with a typing mistake.
  if (key?.length !== keyBytes)
    throw new EnvError("expected a key of 32 bytes as hex or base64; make one with 'openssl rand -base64 32'");
  return key;
}

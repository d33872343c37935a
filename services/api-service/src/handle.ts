import { randomInt } from 'node:crypto';
import { isUniqueViolation } from '@gatecast/database';
import { Type } from 'typebox';

const lengthMin = 3;
const lengthMax = 40;
const alphabet = 'abcdefghijklmnopqrstuvwxyz0123456789';
const suffixLength = 4;

/** The name of a resource in URLs and references: `id` in every body (management API 5.1). Never changes. */
export const Handle = Type.String({ pattern: '^[a-z0-9]+(-[a-z0-9]+)*$', minLength: lengthMin, maxLength: lengthMax });

/** A handle in a path. Whatever can't be one is simply not found. */
export const handleParam = (name: string) => Type.String({ description: `The ${name}'s id.` });

/** Returns the handle that a display name suggests; too short or empty ones are filled up at random. */
function handleFrom(displayName: string): string {
  const handle = displayName
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{Mark}+/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, lengthMax)
    .replace(/^-+|-+$/g, '');
  return handle.length < lengthMin ? withSuffix(handle) : handle;
}

/**
 * Makes a resource under the handle that was asked for, or else under one that its display name suggests: when that is taken, with
 * four random characters behind it (management API 5.1).
 * @throws what `taken` returns when the handle that was asked for is taken.
 */
export async function createUnderHandle<Made>(
  wanted: { readonly id?: string; readonly displayName: string },
  create: (handle: string) => Promise<Made>,
  taken: (handle: string) => Error,
): Promise<Made> {
  const suggested = handleFrom(wanted.displayName);
  for (let handle = wanted.id ?? suggested, attempt = 1; ; handle = withSuffix(suggested), attempt++) {
    try {
      return await create(handle);
    } catch (error) {
      if (!isUniqueViolation(error, 'handle')) throw error;
      if (wanted.id !== undefined || attempt === 10) throw taken(handle);
    }
  }
}

function withSuffix(handle: string): string {
  const suffix = Array.from({ length: suffixLength }, () => alphabet[randomInt(alphabet.length)]).join('');
  return [handle.slice(0, lengthMax - suffixLength - 1).replace(/-+$/, ''), suffix].filter(Boolean).join('-');
}

import { type Queryable, sql } from '@gatecast/database';
import { apiError } from '../errors.js';

/** A reference as gateways look for it in the YAML that they fetch; inside a quoted string its quotes are escaped. */
const reference = /\{\{\s*secret\s+\\?"([^"\\]+)\\?"\s*\}\}/g;
/** Whatever gateways would take for one when they fill in the values. */
const anyReference = /\{\{-?\s*secret(?=[\s"'`\\])/g;

/**
 * Returns the handles of the secrets that a deployment's content refers to, each once.
 * @throws HttpError 400 for a reference that gateways would not understand.
 */
export function secretsIn(content: string): string[] {
  const handles = [...content.matchAll(reference)].map(([, handle]) => handle as string);
  if ([...content.matchAll(anyReference)].length > handles.length)
    throw apiError('VALIDATION_FAILED', 'The artifact refers to a secret in another form than {{ secret "id" }}: write it so.');
  return [...new Set(handles)].sort();
}

/** Whether a part of an artifact's definition refers to a secret, however the rest of it is written. */
export function refersTo(definition: unknown, handle: string): boolean {
  return [...JSON.stringify(definition).matchAll(reference)].some(([, referred]) => referred === handle);
}

/**
 * Makes sure that secrets exist, and keeps them from being changed or deleted before the commit.
 * @throws HttpError 400 naming those that do not exist.
 */
export async function requireSecrets(transaction: Queryable, organizationId: string, handles: readonly string[]): Promise<void> {
  if (handles.length === 0) return;
  const found = await transaction.query<{ handle: string }>(sql`
    SELECT handle FROM secrets WHERE organization_id = ${organizationId} AND handle = ANY(${handles}::text[]) AND status = 'ACTIVE'
    ORDER BY handle FOR SHARE`);
  const missing = handles.filter((handle) => !found.some((secret) => secret.handle === handle));
  if (missing.length > 0) {
    throw apiError(
      'SECRET_REF_NOT_FOUND',
      `There is no secret ${missing.map((handle) => `'${handle}'`).join(', ')} to refer to: create it first.`,
    );
  }
}

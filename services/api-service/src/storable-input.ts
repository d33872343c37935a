import type { FieldError, HttpApp } from '@gatecast/service-kit';
import { apiError } from './errors.js';

const depthMax = 64;

/**
 * Refuses what JSON can carry but PostgreSQL can't keep or JavaScript can't hold: NUL characters, half surrogate pairs, numbers
 * beyond the range of a double, nesting without end. Holds for all routes registered afterwards.
 */
export function refuseUnstorableInput(app: HttpApp): void {
  app.addHook('preValidation', async ({ params, query, body }) => {
    const fields = [params, query, body].flatMap(unstorableFields);
    if (fields.length > 0)
      throw apiError('VALIDATION_FAILED', `The request does not fit: ${fields[0]?.field} ${fields[0]?.message}.`, fields);
  });
}

/** Returns the fields of a value that can't be stored, the first 50. */
function unstorableFields(root: unknown): FieldError[] {
  const found: FieldError[] = [];
  // A list of what is still to be looked at, not recursion: a body may nest deeper than the stack.
  const ahead: { value: unknown; path: readonly string[] }[] = [{ value: root, path: [] }];
  for (let next = ahead.pop(); next && found.length < 50; next = ahead.pop()) {
    const { value, path } = next;
    const problem = problemOf(value, path.length);
    if (problem) found.push({ field: path.slice(0, 10).join('.') || 'body', message: problem });
    else if (typeof value === 'object' && value !== null) {
      for (const [key, item] of Object.entries(value)) {
        if (problemOf(key, 0))
          found.push({ field: [...path, '…'].join('.'), message: 'has a name with a character that cannot be stored' });
        else ahead.push({ value: item, path: [...path, key] });
      }
    }
  }
  return found;
}

function problemOf(value: unknown, depth: number): string | undefined {
  if (typeof value === 'string' && /\0|\p{Surrogate}/u.test(value))
    return 'has a character that cannot be stored (NUL or half of a surrogate pair)';
  if (typeof value === 'number' && !Number.isFinite(value)) return 'is a number too large to be held';
  if (depth > depthMax) return `nests deeper than ${depthMax} levels`;
  return undefined;
}

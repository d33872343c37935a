import type { Queryable } from '@gatecast/database';
import { HttpError } from '@gatecast/service-kit';
import { despiteRemovals } from './removals.js';

/**
 * Returns the database as the routes see it: whatever goes wrong on the way to an answer is a 503. Gateways exit or delete on
 * 401, 404, 409 and on empty lists, so none of these may ever stand for "could not ask". Only what the database says about a
 * value itself (SQLSTATE class 22) is the caller's fault: 400.
 */
export function orUnavailable(database: Queryable): Queryable {
  return {
    async query(statement) {
      try {
        return await despiteRemovals(() => database.query(statement));
      } catch (error) {
        throw isDataException(error)
          ? new HttpError(
              400,
              'VALIDATION_FAILED',
              'The request holds a value that cannot be stored, such as a NUL character.',
              [],
              { cause: error },
            )
          : new HttpError(503, 'SERVICE_UNAVAILABLE', 'The database cannot be asked now. Nothing was decided: ask again.', [], {
              cause: error,
            });
      }
    },
  };
}

function isDataException(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && /^22[0-9A-Z]{3}$/.test(error.code);
}

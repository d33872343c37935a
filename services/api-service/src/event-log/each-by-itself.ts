import { isUnavailable } from '@gatecast/database';
import type { Logger } from '@gatecast/service-kit';

/** The database may be there and end what one of those that are due asks of it, but hardly so many in a row. */
const unavailableMax = 3;

/**
 * Does work that is due, one after the other. What fails is logged and stays due, and costs the others nothing.
 * @throws what says that the database can't be asked, after some of those in a row: then nothing further is tried.
 */
export async function eachByItself<T extends object>(
  due: readonly T[],
  logger: Logger,
  work: (one: T) => Promise<void>,
): Promise<void> {
  let unavailable = 0;
  for (const one of due) {
    try {
      await work(one);
      unavailable = 0;
    } catch (error) {
      unavailable = isUnavailable(error) ? unavailable + 1 : 0;
      if (unavailable === unavailableMax) throw error;
      logger.error({ err: error, due: one }, 'what is due cannot be done: it is tried again');
    }
  }
}

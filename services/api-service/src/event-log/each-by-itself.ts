import { isTimeout, isUnavailable } from '@gatecast/database';
import type { Logger } from '@gatecast/service-kit';

/**
 * Does work that is due, one after the other. What fails is logged and stays due, and costs the others nothing.
 * @throws what says that the database can't be asked at all: then nothing further is tried.
 */
export async function eachByItself<T extends object>(
  due: readonly T[],
  logger: Logger,
  work: (one: T) => Promise<void>,
): Promise<void> {
  for (const one of due) {
    try {
      await work(one);
    } catch (error) {
      if (isUnavailable(error) && !isTimeout(error)) throw error;
      logger.error({ err: error, due: one }, 'what is due cannot be done: it is tried again');
    }
  }
}

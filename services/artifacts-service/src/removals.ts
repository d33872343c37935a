import { isForeignKeyViolation } from '@gatecast/database';

const attemptsMax = 5;

/**
 * Runs statements about many gateways, and again when one of these was removed while they ran: then they do not find that one any more, and
 * the others are served. What is asked meanwhile waits for the removal.
 */
export async function despiteRemovals<T>(run: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run();
    } catch (error) {
      if (!isForeignKeyViolation(error) || attempt === attemptsMax) throw error;
    }
  }
}

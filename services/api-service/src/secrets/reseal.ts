import { type Database, sql } from '@gatecast/database';
import { type Logger, type Sealing, SealingError } from '@gatecast/service-kit';
import { storedSecrets } from './stored-secrets.js';

/**
 * Seals with the current key what is still sealed with the old one; to be called now and then for as long as there is an old key,
 * since another replica may still seal with it. A secret that changes meanwhile is left to the next time. Hashes stay, so no gateway
 * reads anything again.
 */
export async function reseal({
  database,
  sealing,
  logger,
}: {
  readonly database: Pick<Database, 'query'>;
  readonly sealing: Sealing;
  readonly logger: Logger;
}): Promise<void> {
  let resealed = 0;
  let unopened = 0;
  for await (const { id, organizationId, handle, sealed } of storedSecrets(database)) {
    try {
      const { value, isCurrent } = sealing.open(sealed, { organizationId, handle });
      if (isCurrent) continue;
      const anew = sealing.seal(value, { organizationId, handle });
      const changed = await database.query(sql`
        UPDATE secrets SET sealed = ${anew} WHERE id = ${id} AND sealed = ${sealed} RETURNING id`);
      resealed += changed.length;
    } catch (error) {
      if (!(error instanceof SealingError)) throw error;
      unopened += 1;
      logger.error({ err: error, organizationId, handle }, 'secret cannot be sealed anew');
    }
  }
  if (resealed > 0) logger.info({ resealed }, 'secrets sealed with the new key');
  if (unopened === 0) logger.info('nothing is sealed with the old key: once every replica has the new one, it can be taken away');
}

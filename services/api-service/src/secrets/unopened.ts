import type { Database } from '@gatecast/database';
import { type Logger, type Sealing, SealingError } from '@gatecast/service-kit';
import { storedSecrets } from './stored-secrets.js';

interface UnopenedOptions {
  readonly database: Pick<Database, 'query'>;
  /** Undefined: there is no key. */
  readonly sealing: Sealing | undefined;
  readonly logger: Logger;
}

/**
 * Says in the log how many stored secrets no key opens: to be called at the start, since a key that was changed or lost shows nowhere
 * else before a gateway asks.
 */
export async function reportUnopened({ database, sealing, logger }: UnopenedOptions): Promise<void> {
  let unopened = 0;
  let first: string | undefined;
  for await (const { organizationId, handle, sealed } of storedSecrets(database)) {
    try {
      if (!sealing) throw new SealingError('There is no key.');
      sealing.open(sealed, { organizationId, handle });
    } catch (error) {
      if (!(error instanceof SealingError)) throw error;
      unopened += 1;
      first ??= handle;
    }
  }
  if (unopened === 0) return;
  logger.error(
    { unopened, first, hasKey: sealing !== undefined },
    'stored secrets cannot be opened, and gateways get 503 for them: start api-service and artifacts-service with the key that they were sealed with, as SECRETS_KEY or beside another one as SECRETS_OLD_KEY; if it is lost, PUT their values anew',
  );
}

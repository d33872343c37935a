import { createHash } from 'node:crypto';
import { type Database, sql } from '@gatecast/database';
import { type Sealing, SealingError } from '@gatecast/service-kit';
import type { Answer } from '../answer.js';
import { apiError } from '../errors.js';

/** A request that may be repeated: whose it is, its key, and what it asks for. */
export interface RepeatableRequest {
  readonly organizationId: string;
  readonly userId: string;
  readonly key: string;
  /** Method, path and body as text: the same in every repeat. */
  readonly content: string;
  /** The field of the answer that is a secret, if it has one. */
  readonly secretField: string | undefined;
}

export interface KeptAnswersOptions {
  readonly database: Database;
  /** Undefined: there is no key, so answers with secrets are not kept. */
  readonly sealing: Sealing | undefined;
}

export type KeptAnswers = ReturnType<typeof createKeptAnswers>;

interface Row {
  readonly fingerprint: string;
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string | null;
  readonly sealed: Buffer | null;
}

const retention = sql`interval '24 hours'`;
const forgottenAtOnce = 5_000;

/** Creates what makes repeats safe: the first request with a key takes effect, the others get its answer, for 24 hours. */
export function createKeptAnswers({ database, sealing }: KeptAnswersOptions) {
  const inTurn = createTurns();

  /** Claims the key for this transaction, waiting for another that has. Returns false when it is taken. */
  async function claim({ organizationId, userId, key }: RepeatableRequest, fingerprint: string): Promise<boolean> {
    const claimed = await database.query(sql`
      INSERT INTO idempotency_keys AS kept (organization_id, user_id, key, fingerprint, created_at)
      VALUES (${organizationId}, ${userId}, ${key}, ${fingerprint}, clock_timestamp())
      ON CONFLICT (organization_id, user_id, key) DO UPDATE SET
        fingerprint = EXCLUDED.fingerprint, status = NULL, headers = NULL, body = NULL, sealed = NULL, created_at = EXCLUDED.created_at
      WHERE kept.created_at < clock_timestamp() - ${retention}
      RETURNING key`);
    return claimed.length > 0;
  }

  async function keep(request: RepeatableRequest, { status, headers, body }: Answer): Promise<void> {
    const { organizationId, userId, key, secretField } = request;
    const text = JSON.stringify(body ?? null);
    const isSecret = secretField !== undefined && (body as Record<string, unknown>)[secretField] !== undefined;
    const sealed = isSecret && sealing ? sealing.seal(text, identityOf(request)) : null;
    await database.query(sql`
      UPDATE idempotency_keys SET status = ${status}, headers = ${JSON.stringify(headers)}, body = ${isSecret ? null : text}, sealed = ${sealed}
      WHERE organization_id = ${organizationId} AND user_id = ${userId} AND key = ${key}`);
  }

  /** Returns the answer that was given. @throws HttpError 409 when that was to another request, or the answer can't be given again. */
  async function keptFor(request: RepeatableRequest, fingerprint: string): Promise<Answer> {
    const { organizationId, userId, key } = request;
    const [row] = await database.query<Row>(sql`
      SELECT fingerprint, status, headers, body, sealed FROM idempotency_keys
      WHERE organization_id = ${organizationId} AND user_id = ${userId} AND key = ${key}`);
    // The claim has locked it.
    if (!row) throw new Error('An idempotency key is taken and not there.');
    if (row.fingerprint !== fingerprint) {
      throw apiError(
        'IDEMPOTENCY_KEY_CONFLICT',
        'This Idempotency-Key was used for another request within 24 hours: a repeat has the same path and body; anything else needs a new key.',
      );
    }
    const text = row.body ?? opened(row.sealed, request);
    if (text === undefined) {
      throw apiError(
        'IDEMPOTENCY_ANSWER_NOT_KEPT',
        'This was done before under the same Idempotency-Key. Its answer has a secret in it, which is not kept without SECRETS_KEY (or was sealed with another one): delete what was made, and make it anew with a new key.',
      );
    }
    return { status: row.status, headers: row.headers, body: JSON.parse(text) };
  }

  function opened(sealed: Buffer | null, request: RepeatableRequest): string | undefined {
    try {
      return sealed ? sealing?.open(sealed, identityOf(request)).value : undefined;
    } catch (error) {
      if (error instanceof SealingError) return undefined;
      throw error;
    }
  }

  /** Returns a text that tells nothing of a secret in the request to who has no key. */
  function fingerprintOf(request: RepeatableRequest): string {
    return sealing?.hash(request.content, identityOf(request)) ?? createHash('sha256').update(request.content).digest('hex');
  }

  return {
    /**
     * Does `work` unless it was done under this key, and returns its answer, or the one that was given then. What it changes and its
     * answer are committed together; when it throws, neither is. Rejects with what `work` throws. @throws HttpError 409
     */
    once(request: RepeatableRequest, work: () => Promise<Answer>): Promise<Answer & { readonly isRepeated: boolean }> {
      const fingerprint = fingerprintOf(request);
      return inTurn(JSON.stringify([request.organizationId, request.userId, request.key]), () =>
        database.asOne(async () => {
          if (!(await claim(request, fingerprint))) return { ...(await keptFor(request, fingerprint)), isRepeated: true };
          const answer = await work();
          await keep(request, answer);
          return { ...answer, isRepeated: false };
        }),
      );
    },
  };
}

/** Forgets answers that are older than 24 hours, by the database's clock; any number of replicas may do it. */
export async function forgetKeptAnswers({ query }: Pick<Database, 'query'>): Promise<void> {
  for (let forgotten = forgottenAtOnce; forgotten === forgottenAtOnce; ) {
    const rows = await query(sql`
      DELETE FROM idempotency_keys WHERE (organization_id, user_id, key) IN (
        SELECT organization_id, user_id, key FROM idempotency_keys
        WHERE created_at < clock_timestamp() - ${retention} LIMIT ${forgottenAtOnce})
      AND created_at < clock_timestamp() - ${retention} RETURNING 1`);
    forgotten = rows.length;
  }
}

/** No handle of a secret has a space. */
function identityOf({ organizationId, userId, key }: RepeatableRequest) {
  return { organizationId, handle: `idempotency ${userId} ${key}` };
}

/**
 * Returns the function that does work one after the other where its id is the same: of many repeats that come to one replica at once
 * only one holds a database connection, and the first one's work is not kept waiting for one by the others.
 */
function createTurns() {
  const last = new Map<string, Promise<unknown>>();
  return <T>(id: string, work: () => Promise<T>): Promise<T> => {
    const turn = (last.get(id) ?? Promise.resolve()).then(work, work);
    last.set(id, turn);
    const leave = () => {
      if (last.get(id) === turn) last.delete(id);
    };
    turn.then(leave, leave);
    return turn;
  };
}

import { type Database, newId, sql } from '@gatecast/database';

/**
 * The right to be the one that relays, by the database's clock. Kept as a row with an expiry and not as a session lock, which a
 * stopped process would hold for ever.
 */
export interface Lease {
  /** Takes or renews the lease. Returns whether it is ours for `leaseMs` from when the call began. */
  take(): Promise<boolean>;
  /** Whether it is surely still ours, without asking. */
  isHeld(): boolean;
  /** Gives it back, so that another replica need not wait for the expiry. */
  release(): Promise<void>;
}

/** Returns a lease of that name; every call of `createLease` is another holder. */
export function createLease(database: Database, name: string, leaseMs: number): Lease {
  const holder = newId();
  const expiry = sql`clock_timestamp() + ${leaseMs} * interval '1 millisecond'`;
  let heldUntil = 0;
  return {
    async take() {
      const began = performance.now();
      const taken = await database.query(sql`
        INSERT INTO leases (name, holder, expires_at)
        VALUES (${name}, ${holder}, ${expiry})
        ON CONFLICT (name) DO UPDATE SET holder = EXCLUDED.holder, expires_at = ${expiry}
          -- One that expires later than any that is given now was given before the clock was set back.
          WHERE leases.holder = EXCLUDED.holder OR leases.expires_at NOT BETWEEN clock_timestamp() AND ${expiry}
        RETURNING name`);
      heldUntil = taken.length > 0 ? began + leaseMs : 0;
      return taken.length > 0;
    },
    isHeld: () => performance.now() < heldUntil,
    async release() {
      heldUntil = 0;
      await database.query(sql`DELETE FROM leases WHERE name = ${name} AND holder = ${holder}`);
    },
  };
}

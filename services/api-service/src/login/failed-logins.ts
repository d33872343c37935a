/** Failed logins per address: in memory, for this replica. */
export interface FailedLogins {
  /**
   * Runs one attempt of an address and counts it when it returns undefined. Attempts of one address run one after the other, so
   * that a burst can't slip past the limit. @returns what the attempt returned, or the milliseconds to wait when there were too many.
   */
  attempt<T>(address: string, login: () => Promise<T | undefined>): Promise<{ result: T | undefined } | { retryAfterMs: number }>;
}

export interface FailedLoginLimits {
  readonly failuresMax: number;
  readonly windowMs: number;
  /** Beyond this many addresses the oldest is forgotten. */
  readonly addressesMax: number;
}

interface Record {
  failures: number;
  readonly untilMs: number;
}

/** Creates the count of failed logins. */
export function createFailedLogins({ failuresMax, windowMs, addressesMax }: FailedLoginLimits): FailedLogins {
  const records = new Map<string, Record>();
  const last = new Map<string, Promise<unknown>>();

  async function turn<T>(address: string, login: () => Promise<T | undefined>) {
    const known = records.get(address);
    if (known && known.untilMs <= Date.now()) records.delete(address);
    else if (known && known.failures >= failuresMax) return { retryAfterMs: known.untilMs - Date.now() };
    const result = await login();
    if (result === undefined) countFailure(address);
    return { result };
  }

  function countFailure(address: string) {
    const record = records.get(address) ?? { failures: 0, untilMs: Date.now() + windowMs };
    record.failures++;
    records.set(address, record);
    for (const oldest of records.keys()) {
      if (records.size <= addressesMax) break;
      records.delete(oldest);
    }
  }

  return {
    attempt(address, login) {
      const mine = (last.get(address) ?? Promise.resolve()).then(() => turn(address, login));
      const settled = mine
        .catch(() => undefined)
        .then(() => {
          if (last.get(address) === settled) last.delete(address);
        });
      last.set(address, settled);
      return mine;
    },
  };
}

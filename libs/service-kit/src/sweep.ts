/** Work that is done now and then. */
export interface Sweep {
  /** Resolves when no run is under way any more, and no further one begins. */
  stop(): Promise<void>;
}

/** Does `work` every `everyMs`, one run at a time: while one is under way, the next is left out. */
export function startSweep(everyMs: number, work: () => Promise<unknown>, onError: (error: unknown) => void): Sweep {
  let underWay: Promise<unknown> | undefined;
  const timer = setInterval(() => {
    underWay ??= work()
      .catch(onError)
      .finally(() => {
        underWay = undefined;
      });
  }, everyMs);
  return {
    async stop() {
      clearInterval(timer);
      await underWay;
    },
  };
}

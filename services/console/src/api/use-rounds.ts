import { useCallback, useMemo, useRef, useState } from 'preact/hooks';
import { ApiError } from './client.js';

/** The readings of something: each round is another one. */
export interface Rounds {
  readonly round: number;
  /** Reads anew. */
  readonly again: () => void;
  /** Returns why a reading failed, to be shown; if that passes by itself there is another round in a moment. */
  readonly failed: (cause: unknown) => ApiError;
  /** Calls off the round that a failure has announced. */
  readonly callOff: () => void;
}

const retryMs = 3_000;

/** Counts rounds for an effect that reads in each of them. */
export function useRounds(): Rounds {
  const [round, setRound] = useState(0);
  const retry = useRef<number | undefined>(undefined);
  const again = useCallback(() => setRound((value) => value + 1), []);
  return useMemo(
    () => ({
      round,
      again,
      failed: (cause) => {
        const error = asApiError(cause);
        clearTimeout(retry.current);
        if (error.isPassing) retry.current = window.setTimeout(again, retryMs);
        return error;
      },
      callOff: () => clearTimeout(retry.current),
    }),
    [round, again],
  );
}

/** Returns any failure as one that can be shown. */
export function asApiError(cause: unknown): ApiError {
  return cause instanceof ApiError
    ? cause
    : new ApiError(-1, 'UNEXPECTED', `Something went wrong in this page: ${String(cause)}`);
}

import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { useSession } from '../session/session-context.js';
import { type ApiClient, ApiError } from './client.js';

/** What has been read, or why it could not be. While it is read anew the old stays. */
export interface Resource<Data> {
  readonly data: Data | undefined;
  readonly error: ApiError | undefined;
  /** Reads it anew. */
  readonly reload: () => void;
}

type Load<Data> = (api: ApiClient, signal: AbortSignal) => Promise<Data>;

const retryMs = 3_000;

/** Reads something when the page opens and whenever `dependencies` change; after an error that passes, again by itself. */
export function useResource<Data>(load: Load<Data>, dependencies: readonly unknown[]): Resource<Data> {
  const { api } = useSession();
  const [data, setData] = useState<Data>();
  const [error, setError] = useState<ApiError>();
  const [round, setRound] = useState(0);
  const newest = useRef(load);
  newest.current = load;

  // The caller says what the load depends on.
  useEffect(() => {
    const abort = new AbortController();
    let retry: number | undefined;
    newest.current(api, abort.signal).then(
      (result) => {
        if (abort.signal.aborted) return;
        setData(() => result);
        setError(undefined);
      },
      (cause: unknown) => {
        if (abort.signal.aborted) return;
        const failure = asApiError(cause);
        setError(failure);
        if (failure.isPassing) retry = window.setTimeout(() => setRound((value) => value + 1), retryMs);
      },
    );
    return () => {
      abort.abort();
      clearTimeout(retry);
    };
  }, [api, round, ...dependencies]);

  const reload = useCallback(() => setRound((value) => value + 1), []);
  return { data, error, reload };
}

/** Returns any failure as one that can be shown. */
export function asApiError(cause: unknown): ApiError {
  return cause instanceof ApiError
    ? cause
    : new ApiError(-1, 'UNEXPECTED', `Something went wrong in this page: ${String(cause)}`);
}

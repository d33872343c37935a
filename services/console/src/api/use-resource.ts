import { useEffect, useRef, useState } from 'preact/hooks';
import { useSession } from '../session/session-context.js';
import type { ApiClient, ApiError } from './client.js';
import { useRounds } from './use-rounds.js';

/** What has been read, or why it could not be. While it is read anew the old stays, unless it is not there any more. */
export interface Resource<Data> {
  readonly data: Data | undefined;
  readonly error: ApiError | undefined;
  /** Reads it anew. */
  readonly reload: () => void;
}

type Load<Data> = (api: ApiClient, signal: AbortSignal) => Promise<Data>;

/** Reads something when the page opens and whenever `dependencies` change; after an error that passes, again by itself. */
export function useResource<Data>(load: Load<Data>, dependencies: readonly unknown[]): Resource<Data> {
  const { api } = useSession();
  const [data, setData] = useState<Data>();
  const [error, setError] = useState<ApiError>();
  const { round, again, failed, callOff } = useRounds();
  const newest = useRef(load);
  newest.current = load;

  // The caller says what the load depends on.
  useEffect(() => {
    const abort = new AbortController();
    newest.current(api, abort.signal).then(
      (result) => {
        if (abort.signal.aborted) return;
        setData(() => result);
        setError(undefined);
      },
      (cause: unknown) => {
        if (abort.signal.aborted) return;
        const error = failed(cause);
        if (error.status === 404) setData(undefined);
        setError(error);
      },
    );
    return () => {
      abort.abort();
      callOff();
    };
  }, [api, round, ...dependencies]);

  return { data, error, reload: again };
}

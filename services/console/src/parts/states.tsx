import type { ComponentChildren } from 'preact';
import type { ApiError } from '../api/client.js';

/** Says that there is nothing, and what to do about it. */
export function EmptyState({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="state">
      <p class="state-title">{title}</p>
      {children && <div class="muted">{children}</div>}
    </div>
  );
}

interface LoadedProps<Data> {
  /** Undefined until it was read. */
  readonly data: Data | undefined;
  readonly error: ApiError | undefined;
  readonly reload: () => void;
  /** How many lines hold its place. */
  readonly bones?: number | undefined;
  readonly children: (data: Data) => ComponentChildren;
}

/** Shows what was read; until then that it is on its way, or what keeps it. While it is read anew the old stays. */
export function Loaded<Data>({ data, error, reload, bones, children }: LoadedProps<Data>) {
  if (data !== undefined) return <>{children(data)}</>;
  return error ? <ErrorState error={error} onRetry={reload} /> : <Skeleton rows={bones} />;
}

/** Says what went wrong and what to do. Errors that pass are tried again by themselves. */
function ErrorState({ error, onRetry }: { error: ApiError; onRetry: () => void }) {
  return (
    <div class="state is-bad" role="alert">
      <p class="state-title">{titleOf(error)}</p>
      <p class="muted">{error.message}</p>
      {error.trackingId && <p class="muted">The log of api-service has the cause under {error.trackingId}.</p>}
      {error.isPassing ? (
        <p class="muted">Trying again every few seconds.</p>
      ) : (
        error.status !== 404 && (
          <button class="button" type="button" onClick={onRetry}>
            Try again
          </button>
        )
      )}
    </div>
  );
}

function titleOf({ status, isPassing }: ApiError): string {
  if (isPassing) return 'The control plane does not answer';
  if (status === 403) return 'You may not see this';
  if (status === 404) return 'There is no such thing';
  if (status === 401) return 'Your session has ended';
  return 'This could not be loaded';
}

/** Keeps the place of something that is on its way. */
function Skeleton({ rows = 3 }: { rows?: number | undefined }) {
  return (
    <div class="skeleton" aria-hidden="true">
      {Array.from({ length: rows }, (_, row) => (
        <span key={row} class="bone" />
      ))}
    </div>
  );
}

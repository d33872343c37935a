import type { ComponentChildren } from 'preact';
import { createContext } from 'preact';
import { useContext, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { useSession } from '../session/session-context.js';
import { type LiveMessage, openEventStream, type StreamState } from './event-stream.js';
import { createMeasurements, type Measurements } from './measurements.js';

type Listener = (message: LiveMessage) => void;

interface Live {
  readonly state: StreamState;
  readonly measurements: Measurements;
  /** @returns how to stop listening. */
  readonly listen: (listener: Listener) => () => void;
}

const LiveContext = createContext<Live | undefined>(undefined);

/** Holds the one event stream of this tab, for all pages. */
export function LiveProvider({ children }: { children: ComponentChildren }) {
  const { token, refused, session } = useSession();
  const [state, setState] = useState<StreamState>('CONNECTING');
  const listeners = useRef(new Set<Listener>());
  const measurements = useMemo(() => createMeasurements(), []);

  // Opened anew for another person.
  useEffect(() => {
    const stream = openEventStream({
      token,
      onState: setState,
      onRefused: refused,
      onMessage: (message) => {
        measurements.take(message);
        for (const listener of listeners.current) listener(message);
      },
    });
    return () => stream.close();
  }, [session]);

  const live = useMemo<Live>(
    () => ({
      state,
      measurements,
      listen: (listener) => {
        listeners.current.add(listener);
        return () => listeners.current.delete(listener);
      },
    }),
    [state, measurements],
  );
  return <LiveContext.Provider value={live}>{children}</LiveContext.Provider>;
}

/** Returns the event stream's state and its measurements. */
export function useLive(): Live {
  const live = useContext(LiveContext);
  if (!live) throw new Error('There is no event stream around this.');
  return live;
}

/** Calls the newest `listener` with each message of the stream. */
export function useMessages(listener: Listener): void {
  const { listen } = useLive();
  const newest = useRef(listener);
  newest.current = listener;
  useEffect(() => listen((message) => newest.current(message)), [listen]);
}

/** The first change shows at once, further ones together: a busy fleet must not make every open page ask for each event. */
const firstMs = 100;
const furtherMs = 2_000;

/** Whether what is shown may lack something. */
export function mayLack({ kind }: LiveMessage): boolean {
  return kind === 'began' || kind === 'reset';
}

/** Calls `reload` soon after messages that `concerns` what is shown, and when that may lack something. */
export function useReloadOnChange(reload: () => void, concerns: (message: LiveMessage) => boolean): void {
  const newest = useRef(reload);
  newest.current = reload;
  const timer = useRef<number | undefined>(undefined);
  const lastMs = useRef(0);
  useMessages((message) => {
    if (timer.current !== undefined || !(mayLack(message) || concerns(message))) return;
    const waitMs = Math.max(firstMs, lastMs.current + furtherMs - Date.now());
    timer.current = window.setTimeout(() => {
      timer.current = undefined;
      lastMs.current = Date.now();
      newest.current();
    }, waitMs);
  });
  useEffect(() => () => clearTimeout(timer.current), []);
}

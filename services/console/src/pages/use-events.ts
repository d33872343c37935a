import type { ApiEvent, EventPage, LifeMessage } from '@gatecast/api-client';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { ApiError, Query } from '../api/client.js';
import { asApiError, useRounds } from '../api/use-rounds.js';
import { mayLack, useMessages } from '../live/live.js';
import { useSession } from '../session/session-context.js';
import { lifeStates } from '../words/life.js';

export interface EventsFilter {
  readonly gatewayId?: string;
  readonly kind?: string;
  readonly artifactId?: string;
  readonly type?: string;
  readonly actor?: string;
}

export interface Events {
  /** Newest first; undefined until the first answer. */
  readonly events: readonly ApiEvent[] | undefined;
  readonly error: ApiError | undefined;
  /** New ones that are not shown while it is held. */
  readonly heldBack: number;
  /** Reads older ones, if there are any. */
  readonly older: () => void;
  readonly reload: () => void;
}

const pageSize = 100;
/** More are forgotten at the old end while new ones come; they can be read again. */
const keptMax = 5_000;
/** What comes within one frame of the screen is shown together. */
const togetherMs = 50;

interface State {
  readonly events: readonly ApiEvent[] | undefined;
  readonly held: readonly ApiEvent[];
  readonly nextBefore: number | undefined;
  /** The round that the first page was read in. */
  readonly round: number | undefined;
  readonly error: ApiError | undefined;
}

const nothing: State = { events: undefined, held: [], nextBefore: undefined, round: undefined, error: undefined };

/** Reads events and goes on with what happens. While `isHeld` new ones are kept back, so that nothing moves under a reader's eyes. */
export function useEvents(filter: EventsFilter, isHeld: boolean): Events {
  const { api } = useSession();
  const [state, setState] = useState<State>(nothing);
  const { round, again, failed, callOff } = useRounds();
  const key = JSON.stringify(filter);
  const held = useRef(isHeld);
  held.current = isHeld;
  const early = useRef<ApiEvent[]>([]);
  const steps = useRef<LifeMessage[]>([]);
  const timer = useRef<number | undefined>(undefined);
  /** The first page is on its way; what comes over the stream waits for it. */
  const isReading = useRef(true);
  const isReadingOlder = useRef(false);
  /** Of all that is read for this filter and round. */
  const reading = useRef(new AbortController());

  // `key` stands for the filter.
  useEffect(() => {
    const abort = new AbortController();
    reading.current = abort;
    isReading.current = true;
    isReadingOlder.current = false;
    early.current = [];
    steps.current = [];
    api.get<EventPage>('/events', { ...(filter as Query), limit: pageSize }, abort.signal).then(
      ({ list, nextBefore }) => {
        if (abort.signal.aborted) return;
        isReading.current = false;
        // What came over the stream meanwhile and is no newer is in the page, with all that became of it.
        const newest = list[0]?.revision ?? 0;
        early.current = early.current.filter(({ revision }) => revision > newest);
        setState({ events: list, held: [], nextBefore, round, error: undefined });
        flush();
      },
      (cause: unknown) => {
        if (abort.signal.aborted) return;
        const error = failed(cause);
        setState((old) => ({ ...old, error }));
      },
    );
    return () => {
      abort.abort();
      callOff();
    };
  }, [api, key, round]);
  // Another filter's events are not shown; while the same are read anew the old stay.
  useEffect(() => () => setState(nothing), [api, key]);

  const flush = () => {
    timer.current = undefined;
    if (isReading.current) return;
    const news = early.current.splice(0).reverse();
    const told = steps.current.splice(0);
    setState((old) => {
      const { events, held: back } = old;
      if (!events) return old;
      const lived = told.length > 0 ? { events: withSteps(events, told), held: withSteps(back, told) } : { events, held: back };
      if (held.current) return { ...old, events: lived.events, held: merged(withSteps(news, told), lived.held) };
      return { ...old, events: merged(withSteps(news, told), merged(lived.held, lived.events)).slice(0, keptMax), held: [] };
    });
  };
  useMessages((message) => {
    if (mayLack(message)) again();
    else if (message.kind === 'event' && fits(message.event, filter)) early.current.push(message.event);
    else if (message.kind === 'life') steps.current.push(message.step);
    else return;
    timer.current ??= window.setTimeout(flush, togetherMs);
  });
  useEffect(() => () => clearTimeout(timer.current), []);
  // What was held back shows when it is let go.
  useEffect(() => {
    if (!isHeld) setState((old) => (old.events ? { ...old, events: merged(old.held, old.events), held: [] } : old));
  }, [isHeld]);

  // The API looks through a part of the log for each page, in which nothing may fit.
  const isEmptySoFar = state.events?.length === 0 && state.nextBefore !== undefined;
  const older = () => {
    const { signal } = reading.current;
    if (isReading.current || isReadingOlder.current || state.nextBefore === undefined) return;
    isReadingOlder.current = true;
    api.get<EventPage>('/events', { ...(filter as Query), limit: pageSize, before: state.nextBefore }, signal).then(
      ({ list, nextBefore }) => {
        if (signal.aborted) return;
        isReadingOlder.current = false;
        setState((old) => ({ ...old, events: merged(old.events ?? [], list), nextBefore, error: undefined }));
      },
      (cause: unknown) => {
        if (signal.aborted) return;
        isReadingOlder.current = false;
        // Who sees events asks again by reading on; nobody reads on where nothing is seen.
        const error = isEmptySoFar ? failed(cause) : asApiError(cause);
        setState((old) => ({ ...old, error }));
      },
    );
  };
  useEffect(() => {
    if (isEmptySoFar) older();
  }, [isEmptySoFar, state.nextBefore, state.round]);

  return {
    events: isEmptySoFar ? undefined : state.events,
    error: state.error,
    heldBack: state.held.length,
    reload: again,
    older,
  };
}

/** Puts newer events before older ones; one that is in both counts once, as the newer knowledge has it. */
function merged(newer: readonly ApiEvent[], older: readonly ApiEvent[]): readonly ApiEvent[] {
  if (newer.length === 0) return older;
  const ids = new Set(newer.map(({ correlationId }) => correlationId));
  return [...newer, ...older.filter(({ correlationId }) => !ids.has(correlationId))].sort((a, b) => b.revision - a.revision);
}

function fits({ gatewayId, entity, type, actor }: ApiEvent, filter: EventsFilter): boolean {
  return (
    // As the API does it: what is for every gateway is for this one too.
    (!filter.gatewayId || gatewayId === undefined || gatewayId === filter.gatewayId) &&
    (!filter.kind || entity.kind === filter.kind) &&
    (!filter.artifactId || entity.handle === filter.artifactId || entity.id === filter.artifactId) &&
    (!filter.type || type === filter.type) &&
    (!filter.actor || actor === filter.actor)
  );
}

function withSteps(events: readonly ApiEvent[], told: readonly LifeMessage[]): readonly ApiEvent[] {
  if (told.length === 0) return events;
  const byEvent = Map.groupBy(told, ({ correlationId }) => correlationId);
  return events.map((event) => {
    const mine = byEvent.get(event.correlationId);
    return mine ? mine.reduce(withStep, event) : event;
  });
}

function withStep(event: ApiEvent, { state, at, writtenAt, outcome, reason }: LifeMessage): ApiEvent {
  // Of an event for all gateways one gateway's step is only one of many: its counts come with the next reading.
  if (!event.gatewayId) return event;
  const isFurther = lifeStates.indexOf(state) > lifeStates.indexOf(event.life.state);
  const times = { [`${state}At`]: at, ...(writtenAt && { writtenAt }) };
  return {
    ...event,
    life: { ...event.life, ...(isFurther && { state }), ...times, ...(outcome && { outcome }), ...(reason && { reason }) },
  };
}

export type Attributes = Readonly<Record<string, string | number | boolean | null | undefined>>;

export interface SpanOptions {
  /** The `traceparent` of what it is a part of. Left out: of the span that is under way here; without one it begins a trace. */
  readonly parent?: string | undefined;
  /** Left out: something within the process. */
  readonly kind?: 'server' | 'producer' | 'consumer';
  /** Milliseconds since 1970; left out: now. */
  readonly beganAtMs?: number;
  readonly attributes?: Attributes;
}

export interface SpanEnd {
  /** Milliseconds since 1970; left out: now. Never before it began: two clocks may have been compared. */
  readonly endedAtMs?: number;
  readonly attributes?: Attributes;
  /** What happened in it, by name, and when (milliseconds since 1970). */
  readonly moments?: Readonly<Record<string, number>>;
  /** Why it failed. */
  readonly error?: string | undefined;
}

/** A piece of work as part of a trace. One that is never ended is never told. */
export interface Span {
  /** What to pass on to whoever does a part of it; undefined: this trace is not kept, so nobody needs to know of it. */
  readonly traceparent: string | undefined;
  /** Runs `work` with this span under way, also for all that it awaits. */
  within<T>(work: () => T): T;
  end(how?: SpanEnd): void;
}

/** Makes spans. Undefined in its place everywhere: traces are off, and cost nothing. */
export interface Traces {
  begin(name: string, options?: SpanOptions): Span;
}

/** What spans say of an event. */
export function eventAttributes(event: {
  readonly correlationId: string;
  readonly organizationId: string;
  readonly gatewayId: string | null;
  readonly revision: number;
}): Attributes {
  return {
    'gatecast.correlation_id': event.correlationId,
    'gatecast.organization_id': event.organizationId,
    'gatecast.gateway_id': event.gatewayId,
    'gatecast.revision': event.revision,
  };
}

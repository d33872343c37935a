import type { ApiEvent } from '@gatecast/api-client';
import { shortReasonText } from '../words/explain.js';
import { lifeStates } from '../words/life.js';
import { counted } from '../words/numbers.js';
import { betweenText } from '../words/time.js';

/** How far an event has come: a step a segment, and the same in words. */
export function LifeBar({ event }: { event: ApiEvent }) {
  const { life } = event;
  const reached = lifeStates.indexOf(life.state);
  const steps = hasVerdict(event) ? lifeStates : lifeStates.slice(0, -1);
  return (
    <span class={`life ${toneOf(life)}`}>
      <span class="life-steps" aria-hidden="true">
        {steps.map((state, step) => (
          <i key={state} class={step <= reached ? 'is-reached' : undefined} />
        ))}
      </span>
      <span class="clip">{lifeText(event)}</span>
    </span>
  );
}

/** Whether a gateway acks events of this type; the others end with its receipt. */
export function hasVerdict({ type, entity }: Pick<ApiEvent, 'type' | 'entity'>): boolean {
  return entity.type === 'artifact' && !type.endsWith('.deleted');
}

function toneOf({ outcome, isSuperseded }: ApiEvent['life']): string {
  // What became of a decision that another one has replaced is nobody's worry any more.
  if (isSuperseded) return 'is-off';
  return outcome === 'FAILED' ? 'is-bad' : '';
}

/** Returns an event's life in a few words: `Deployed in 34 ms`. */
export function lifeText({ life, committedAt, gateways }: ApiEvent): string {
  if (gateways && life.state !== 'settled') {
    return `Confirmed by ${gateways.confirmed} of ${counted(gateways.total, 'gateway')}`;
  }
  const after = (time: string | undefined) => (time ? ` in ${betweenText(committedAt, time)}` : '');
  if (life.isSuperseded) return life.outcome === 'FAILED' ? 'Refused, then superseded' : 'Superseded by a later one';
  switch (life.state) {
    case 'settled':
      if (life.outcome === 'FAILED') return `Refused: ${life.reason ? shortReasonText(life.reason) : 'no reason given'}`;
      return `${life.outcome === 'UNDEPLOYED' ? 'Undeployed' : 'Deployed'}${after(life.settledAt)}`;
    case 'confirmed':
      return `Confirmed${after(life.confirmedAt)}`;
    case 'written':
      return 'Sent, no receipt yet';
    case 'published':
      return 'Waiting for the gateway';
    case 'committed':
      return 'Committed';
  }
}

import type { ApiEvent } from '@gatecast/api-client';
import { useResource } from '../api/use-resource.js';
import { useReloadOnChange } from '../live/live.js';
import { hasVerdict, lifeText } from '../parts/life-bar.js';
import { Page, UnreadPage } from '../parts/page.js';
import { Link } from '../routing/router.js';
import { entityPage, entityText, gatewayPage, typeText } from '../words/events.js';
import { reasonText } from '../words/explain.js';
import { type LifeState, lifeStates } from '../words/life.js';
import { counted } from '../words/numbers.js';
import { betweenText, fullTimeText } from '../words/time.js';

const meanings: Readonly<Record<LifeState, string>> = {
  committed: 'Decided, and in the event log',
  published: 'On the stream to the edges',
  written: 'Written to the gateway’s connection',
  confirmed: 'The gateway has handled it (receipt)',
  settled: 'The gateway has said how it went (ack)',
};

/** One event and its life. */
export function EventPage({ correlationId }: { correlationId: string }) {
  const resource = useResource<ApiEvent>(
    (api, signal) => api.get(`/events/${encodeURIComponent(correlationId)}`, {}, signal),
    [correlationId],
  );
  const { data: event } = resource;
  useReloadOnChange(resource.reload, (message) => message.kind === 'life' && message.step.correlationId === correlationId);
  const parent = { name: 'Events', to: '/events' };
  if (!event) return <UnreadPage title="Event" parent={parent} resource={resource} />;
  const page = entityPage(event);
  return (
    <Page title={`${typeText(event.type)}: ${entityText(event)}`} parent={parent} subtitle={lifeText(event)}>
      <div class="columns">
        <section aria-labelledby="life">
          <h2 id="life">Life</h2>
          <Life event={event} />
          {event.life.reason && <p class="reason-why">{reasonText(event.life.reason)}</p>}
        </section>
        <section aria-labelledby="facts">
          <h2 id="facts">Facts</h2>
          <dl class="facts">
            <dt>About</dt>
            <dd>{page ? <Link to={page}>{entityText(event)}</Link> : entityText(event)}</dd>
            <dt>Gateway</dt>
            <dd>
              {event.gatewayId ? (
                <Link to={gatewayPage(event.gatewayId)}>{event.gatewayId}</Link>
              ) : event.gateways ? (
                `all: ${event.gateways.confirmed} of ${counted(event.gateways.total, 'gateway')} confirmed, ${event.gateways.written} were sent it`
              ) : (
                'all'
              )}
            </dd>
            <dt>By</dt>
            <dd>{event.actor ?? 'the control plane itself'}</dd>
            <dt>Revision</dt>
            <dd class="figures">{event.revision}</dd>
            <dt>Correlation id</dt>
            <dd class="code">{event.correlationId}</dd>
          </dl>
        </section>
      </div>
    </Page>
  );
}

function Life({ event }: { event: ApiEvent }) {
  const { life, committedAt } = event;
  const reached = lifeStates.indexOf(life.state);
  const steps = hasVerdict(event) ? lifeStates : lifeStates.slice(0, -1);
  return (
    <ol class="life-list">
      {steps.map((state, step) => {
        const at = state === 'committed' ? committedAt : life[`${state}At`];
        const isReached = step <= reached;
        return (
          <li
            key={state}
            class={`${isReached ? 'is-reached' : ''} ${state === 'settled' && life.outcome === 'FAILED' ? 'is-bad' : ''}`}
          >
            <strong>{state.charAt(0).toUpperCase() + state.slice(1)}</strong>
            <span class="muted">{meanings[state]}</span>
            <span class="figures">
              {!isReached
                ? 'not yet'
                : state === 'committed'
                  ? fullTimeText(committedAt)
                  : at
                    ? `+${betweenText(committedAt, at)}`
                    : 'the time was not observed'}
            </span>
          </li>
        );
      })}
    </ol>
  );
}

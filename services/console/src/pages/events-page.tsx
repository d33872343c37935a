import { kinds } from '@gatecast/contracts/kinds';
import { useEffect, useState } from 'preact/hooks';
import { Icon } from '../parts/icons.js';
import { Page } from '../parts/page.js';
import { SearchField } from '../parts/search-field.js';
import { EmptyState, Loaded } from '../parts/states.js';
import { useQuery } from '../routing/router.js';
import { typeText } from '../words/events.js';
import { counted } from '../words/numbers.js';
import { EventTable } from './event-table.js';
import { type EventsFilter, useEvents } from './use-events.js';

const types = [
  ...kinds.flatMap(({ eventPrefix }) => ['deployed', 'undeployed', 'deleted'].map((verb) => `${eventPrefix}.${verb}`)),
  ...['apikey.created', 'apikey.updated', 'apikey.revoked'],
  ...['subscription.created', 'subscription.updated', 'subscription.deleted'],
  ...['subscriptionPlan.created', 'subscriptionPlan.updated', 'subscriptionPlan.deleted'],
  'application.updated',
];

/** How far down one reads before new events are kept back. */
const topPixels = 120;

/** Every event as it happens, and those before. */
export function EventsPage() {
  const [value, set] = useQuery();
  const [isPaused, setPaused] = useState(false);
  const isScrolled = useIsScrolled();
  const filter: EventsFilter = {
    ...(value('gatewayId') && { gatewayId: value('gatewayId') }),
    ...(value('artifactId') && { artifactId: value('artifactId') }),
    ...(value('type') && { type: value('type') }),
    ...(value('actor') && { actor: value('actor') }),
  };
  const { events, error, heldBack, older, reload } = useEvents(filter, isPaused || isScrolled);
  const isFiltered = Object.keys(filter).length > 0;
  const letGo = () => {
    setPaused(false);
    scrollTo(0, 0);
  };

  return (
    <Page
      title="Events"
      subtitle={isPaused ? 'Paused: new events wait' : 'As they happen, newest first'}
      actions={
        <button class="button" type="button" aria-pressed={isPaused} onClick={() => (isPaused ? letGo() : setPaused(true))}>
          <Icon name={isPaused ? 'play' : 'pause'} />
          {isPaused ? 'Go on' : 'Pause'}
        </button>
      }
    >
      <search class="filters" aria-label="Events">
        <SearchField label="Gateway id" value={value('gatewayId')} onChange={(gatewayId) => set({ gatewayId })} />
        <TextFilter label="Artifact id" value={value('artifactId')} onChange={(artifactId) => set({ artifactId })} />
        <TextFilter label="By whom" value={value('actor')} onChange={(actor) => set({ actor })} />
        <label class="select">
          <span class="unseen">Type</span>
          <select value={value('type')} onChange={(event) => set({ type: event.currentTarget.value })}>
            <option value="">Every type</option>
            {types.map((type) => (
              <option key={type} value={type}>
                {typeText(type)}
              </option>
            ))}
          </select>
        </label>
      </search>
      <div class="held">
        {heldBack > 0 && (
          <button class="button is-primary is-small" type="button" onClick={letGo}>
            Show {counted(heldBack, 'new event')}
          </button>
        )}
      </div>
      <Loaded data={events} error={error} reload={reload} bones={12}>
        {(list) =>
          list.length > 0 ? (
            <EventTable label="Events" events={list} onEnd={older} />
          ) : isFiltered ? (
            <EmptyState title="No event fits these filters">
              They compare whole ids.{' '}
              <button class="button" type="button" onClick={() => set({ gatewayId: '', artifactId: '', type: '', actor: '' })}>
                Show all events
              </button>
            </EmptyState>
          ) : (
            <EmptyState title="Nothing has happened yet">
              Deploy an artifact to a gateway: the event appears here at once, with each step of its life.
            </EmptyState>
          )
        }
      </Loaded>
    </Page>
  );
}

interface TextFilterProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

function TextFilter({ label, value, onChange }: TextFilterProps) {
  return (
    <input
      class="text-filter"
      aria-label={label}
      placeholder={label}
      spellcheck={false}
      maxLength={100}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value.trim())}
    />
  );
}

function useIsScrolled(): boolean {
  const [isScrolled, setScrolled] = useState(false);
  useEffect(() => {
    const look = () => setScrolled(scrollY > topPixels);
    addEventListener('scroll', look, { passive: true });
    return () => removeEventListener('scroll', look);
  }, []);
  return isScrolled;
}

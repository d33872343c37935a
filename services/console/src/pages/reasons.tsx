import type { ListOf, Place } from '@gatecast/api-client';
import type { ComponentChildren } from 'preact';
import { useResource } from '../api/use-resource.js';
import type { LiveMessage } from '../live/event-stream.js';
import { useReloadOnChange } from '../live/live.js';
import { Icon } from '../parts/icons.js';
import { Link } from '../routing/router.js';
import { artifactPage, gatewayPage } from '../words/events.js';
import { explain } from '../words/explain.js';
import { counted, numberText } from '../words/numbers.js';
import { durationText } from '../words/time.js';

interface HeadlineProps {
  readonly title: string;
  readonly isGood?: boolean;
  readonly children: ComponentChildren;
}

/** What one wants to know first of a page. */
export function Headline({ title, isGood = false, children }: HeadlineProps) {
  return (
    <section class={`headline ${isGood ? 'is-good' : 'is-bad'}`} aria-labelledby="headline">
      <h2 id="headline">
        <Icon name={isGood ? 'check' : 'alert'} />
        {title}
      </h2>
      {children}
    </section>
  );
}

/** Returns how many of something are not in step, as a headline. */
export function notInStepText(count: number, what: 'gateway' | 'artifact'): string {
  return `${counted(count, what)} ${count === 1 ? 'is' : 'are'} not in step`;
}

interface NotInStepProps {
  /** Where the API has the places. */
  readonly path: string;
  /** What the page is not about. */
  readonly about: 'gateway' | 'artifact';
  /** How many are shown at most. */
  readonly shown: number;
  /** Whether a message may have changed this. */
  readonly concerns: (message: LiveMessage) => boolean;
}

/** The places of a gateway or an artifact that are not in step, and why; nothing when all are. */
export function NotInStep({ path, about, shown, concerns }: NotInStepProps) {
  const { data, reload } = useResource<ListOf<Place>>(
    (api, signal) => api.get(path, { drifted: true, limit: shown }, signal),
    [path],
  );
  useReloadOnChange(reload, concerns);
  if (!data || data.list.length === 0) return null;
  const { total } = data.pagination;
  return (
    <Headline title={notInStepText(total, about)}>
      <ul class="reasons">
        {data.list.map((place) => (
          <li key={`${place.gateway.id} ${place.artifact.kind} ${place.artifact.id}`}>
            <Reason place={place} about={about} />
          </li>
        ))}
        {total > data.count && <li class="muted">{numberText(total - data.count)} more in the list below</li>}
      </ul>
    </Headline>
  );
}

const outlooks = { failed: 'Needs you', waiting: 'Waits for the gateway', underway: 'Under way' } as const;
const outlookTones = { failed: 'is-bad', waiting: 'is-plain', underway: 'is-underway' } as const;

/** One place that is not in step, in words. `about`: whose page it does not stand on. */
export function Reason({ place, about }: { place: Place; about: 'gateway' | 'artifact' }) {
  const { what, why, outlook } = explain(place);
  const { artifact, gateway } = place;
  const [verb] = what.split(artifact.displayName);
  return (
    <div class="reason">
      <p class="reason-what">
        {about === 'gateway' ? (
          <>
            <Link to={gatewayPage(gateway.id)}>{gateway.displayName}</Link> {verb}
          </>
        ) : (
          capitalized(verb ?? '')
        )}{' '}
        <Link to={artifactPage(artifact)}>{artifact.displayName}</Link>
        <span class={`badge ${outlookTones[outlook]}`}>{outlooks[outlook]}</span>
        {place.driftedForMs !== undefined && <span class="muted">for {durationText(place.driftedForMs)}</span>}
      </p>
      <p class="reason-why">{why}</p>
    </div>
  );
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

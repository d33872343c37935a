import type { ApiClient } from '../api/client.js';
import type { GatewayStatus, ListOf, Place } from '../api/types.js';
import { useResource } from '../api/use-resource.js';
import { useReloadOnChange } from '../live/live.js';
import { useOrganization } from '../live/organization.js';
import { useAnnounced } from '../parts/announcer.js';
import { Icon } from '../parts/icons.js';
import { ErrorState, Skeleton } from '../parts/states.js';
import { Link } from '../routing/router.js';
import { artifactPage, gatewayPage } from '../words/events.js';
import { explain } from '../words/explain.js';
import { counted, numberText } from '../words/numbers.js';
import { durationText } from '../words/time.js';

const gatewaysShown = 5;
const placesShown = 3;

interface NotInStep {
  readonly total: number;
  readonly gateways: readonly { readonly gateway: GatewayStatus; readonly places: readonly Place[] }[];
}

async function read(api: ApiClient, signal: AbortSignal): Promise<NotInStep> {
  const { list, pagination } = await api.get<ListOf<GatewayStatus>>(
    '/gateway-statuses',
    { drifted: true, limit: gatewaysShown, sortBy: 'name', sortOrder: 'asc' },
    signal,
  );
  const gateways = await Promise.all(
    list.map(async (gateway) => {
      const path = `/gateways/${encodeURIComponent(gateway.id)}/artifacts`;
      const places = await api.get<ListOf<Place>>(path, { drifted: true, limit: placesShown }, signal);
      return { gateway, places: places.list };
    }),
  );
  return { total: pagination.total, gateways };
}

/** The first thing that an operator wants to know: which gateway lacks which artifact, and why. */
export function OutOfStep({ onShowAll }: { onShowAll: () => void }) {
  const { data, error, reload } = useResource(read, []);
  const { data: organization } = useOrganization();
  useReloadOnChange(reload, ({ kind }) => kind !== 'reset');
  const headline = data && headlineOf(data.total);
  useAnnounced(headline);

  if (!data)
    return <section class="headline">{error ? <ErrorState error={error} onRetry={reload} /> : <Skeleton rows={2} />}</section>;
  if (data.total === 0) {
    if (organization?.gateways.total === 0) return null;
    const away = organization ? organization.gateways.total - organization.gateways.connected : 0;
    return (
      <section class="headline is-good" aria-labelledby="headline">
        <h2 id="headline">
          <Icon name="check" />
          {headline}
        </h2>
        <p class="muted">
          Every gateway holds what was decided for it.
          {away > 0 && ` ${counted(away, 'gateway')} ${away === 1 ? 'is' : 'are'} not connected.`}
        </p>
      </section>
    );
  }
  return (
    <section class="headline is-bad" aria-labelledby="headline">
      <h2 id="headline">
        <Icon name="alert" />
        {headline}
      </h2>
      <ul class="reasons">
        {data.gateways.flatMap(({ gateway, places }) => [
          ...places.map((place) => (
            <li key={`${gateway.id} ${place.artifact.kind} ${place.artifact.id}`}>
              <Reason place={place} about="gateway" />
            </li>
          )),
          gateway.artifacts.drifted > places.length && places.length > 0 && (
            <li key={gateway.id} class="muted">
              <Link to={gatewayPage(gateway.id)}>
                {numberText(gateway.artifacts.drifted - places.length)} more on {gateway.displayName}
              </Link>
            </li>
          ),
        ])}
      </ul>
      {data.total > data.gateways.length && (
        <button class="button is-small" type="button" onClick={onShowAll}>
          Show all {numberText(data.total)} gateways that are not in step
        </button>
      )}
    </section>
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

function headlineOf(total: number): string {
  if (total === 0) return 'All gateways are in step';
  return total === 1 ? '1 gateway is not in step' : `${numberText(total)} gateways are not in step`;
}

import type { GatewayStatus, ListOf, Place } from '@gatecast/api-client';
import type { ApiClient } from '../api/client.js';
import { useResource } from '../api/use-resource.js';
import { useReloadOnChange } from '../live/live.js';
import { useOrganization } from '../live/organization.js';
import { useAnnounced } from '../parts/announcer.js';
import { Loaded } from '../parts/states.js';
import { Link } from '../routing/router.js';
import { gatewayPage } from '../words/events.js';
import { counted, numberText } from '../words/numbers.js';
import { Headline, notInStepText, Reason } from './reasons.js';

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
  useReloadOnChange(reload, () => true);
  const headline = data && (data.total === 0 ? 'All gateways are in step' : notInStepText(data.total, 'gateway'));
  useAnnounced(headline);

  if (!data || headline === undefined)
    return (
      <section class="headline">
        <Loaded data={undefined} error={error} reload={reload} bones={2}>
          {() => null}
        </Loaded>
      </section>
    );
  if (data.total === 0) {
    if (organization?.gateways.total === 0) return null;
    const away = organization ? organization.gateways.total - organization.gateways.connected : 0;
    return (
      <Headline title={headline} isGood>
        <p class="muted">
          Every gateway holds what was decided for it.
          {away > 0 && ` ${counted(away, 'gateway')} ${away === 1 ? 'is' : 'are'} not connected.`}
        </p>
      </Headline>
    );
  }
  return (
    <Headline title={headline}>
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
    </Headline>
  );
}

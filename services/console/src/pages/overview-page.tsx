import type { EventPage, OrganizationStatus, Place } from '@gatecast/api-client';
import { useEffect } from 'preact/hooks';
import { useResource } from '../api/use-resource.js';
import { useLive, useReloadOnChange } from '../live/live.js';
import { windowMs } from '../live/measurements.js';
import { countsEveryMs, useOrganization } from '../live/organization.js';
import { StatusBadge } from '../parts/badges.js';
import { Chart } from '../parts/chart.js';
import { Page } from '../parts/page.js';
import { Loaded } from '../parts/states.js';
import { useNowMs } from '../parts/use-now.js';
import { Link } from '../routing/router.js';
import { counted, numberText } from '../words/numbers.js';
import { agoText, clockText } from '../words/time.js';

/** One point of the charts stands for so long. */
const bucketMs = 10_000;
const placeStatuses: readonly Place['status'][] = ['DEPLOYED', 'DEPLOYING', 'UNDEPLOYING', 'UNDEPLOYED', 'FAILED'];

/** The organization in numbers, and how fast changes arrive. */
export function OverviewPage() {
  return (
    <Page title="Overview" subtitle="Counts as of a few seconds ago; charts as it happens">
      <Loaded {...useOrganization()}>{(organization) => <Counts organization={organization} />}</Loaded>
      <Charts />
    </Page>
  );
}

function Counts({ organization: { gateways, artifacts, places, events } }: { organization: OrganizationStatus }) {
  const placed = placeStatuses.reduce((sum, status) => sum + places[status], 0);
  return (
    <>
      <dl class="tiles">
        <div>
          <dt>Gateways connected</dt>
          <dd>
            {numberText(gateways.connected)} <span class="muted">of {numberText(gateways.total)}</span>
          </dd>
        </div>
        <div class={places.drifted > 0 ? 'is-bad' : ''}>
          <dt>Not in step</dt>
          <dd>
            {places.drifted > 0 ? <Link to="/fleet?drifted=true">{numberText(places.drifted)}</Link> : '0'}{' '}
            <span class="muted">of {numberText(placed)} places</span>
          </dd>
        </div>
        <div>
          <dt>Artifacts</dt>
          <dd>{numberText(artifacts.total)}</dd>
        </div>
        <div>
          <dt>Last revision</dt>
          <dd>
            {numberText(events.head)}{' '}
            <span class="muted">
              {events.unpublished === 0 ? 'all published' : `${numberText(events.unpublished)} to publish`}
            </span>
          </dd>
        </div>
      </dl>
      <section class="states" aria-label="Places by state">
        {placeStatuses.map((status) => (
          <span key={status}>
            <StatusBadge status={status} /> <span class="figures">{numberText(places[status])}</span>
          </span>
        ))}
      </section>
    </>
  );
}

function Charts() {
  const { measurements } = useLive();
  const { data } = useOrganization();
  const nowMs = useNowMs(1_000);
  const earlier = useResource<EventPage>((api, signal) => api.get('/events', { limit: 100 }, signal), []);
  useReloadOnChange(earlier.reload, () => false);
  useEffect(() => {
    if (earlier.data) measurements.addEarlier(earlier.data.list);
  }, [earlier.data, measurements]);

  const toMs = Math.ceil(nowMs / bucketMs) * bucketMs;
  const fromMs = toMs - windowMs;
  const sinceMs = Math.max(fromMs, measurements.sinceMs);
  const times = Array.from({ length: windowMs / bucketMs }, (_, n) => fromMs + n * bucketMs);
  const bucketOf = (atMs: number) => Math.floor((atMs - fromMs) / bucketMs);
  const since = `since ${clockText(sinceMs)}`;

  const receipts = measurements.latencies();
  const byBucket = Map.groupBy(receipts, ({ atMs }) => bucketOf(atMs));
  const percentiles = (share: number) =>
    times.map((_, bucket) => {
      const inBucket = byBucket.get(bucket);
      return inBucket
        ? percentile(
            inBucket.map(({ ms }) => ms),
            share,
          )
        : null;
    });
  const all = receipts.map(({ ms }) => ms);

  const commits = Map.groupBy(measurements.commits(), bucketOf);
  const perSecond = times.map((time, bucket) =>
    time + bucketMs <= sinceMs ? null : (commits.get(bucket)?.length ?? 0) / (bucketMs / 1_000),
  );
  const eventCount = [...commits.values()].reduce((sum, { length }) => sum + length, 0);

  const samples = measurements.connections();
  const edges = [...new Set(samples.flatMap(({ byEdge }) => Object.keys(byEdge)))].sort();
  return (
    <div class="charts">
      <Chart
        title="From commit to receipt"
        summary={
          all.length === 0
            ? `No receipt ${since}`
            : `Half within ${percentile(all, 0.5)} ms, 99 % within ${percentile(all, 0.99)} ms. Of ${counted(all.length, 'receipt')} ${since}`
        }
        times={times.map((time) => time + bucketMs / 2)}
        fromMs={fromMs}
        toMs={toMs}
        unit=" ms"
        lines={[
          { name: 'half within', values: percentiles(0.5) },
          { name: '99 % within', values: percentiles(0.99) },
        ]}
      />
      <Chart
        title="Events per second"
        summary={`${counted(eventCount, 'event')} ${since}; averages of ${bucketMs / 1_000}\u00a0s`}
        times={times.map((time) => time + bucketMs / 2)}
        fromMs={fromMs}
        toMs={toMs}
        unit="/s"
        lines={[{ name: 'events', values: perSecond, isBars: true }]}
      />
      <Chart
        title="Connections per replica"
        summary={
          data && data.edges.length > 0
            ? `${data.edges.map((edge) => `${edge.edgeId.slice(0, 8)}: ${numberText(edge.connections)}, heard ${agoText(edge.heardAt)}`).join('; ')}; asked every ${countsEveryMs / 1_000} s while this tab is open`
            : 'No replica holds a connection of this organization'
        }
        times={samples.map(({ atMs }) => atMs)}
        fromMs={fromMs}
        toMs={toMs}
        unit=""
        lines={
          edges.length > 0
            ? edges.map((edge) => ({
                name: `Replica ${edge.slice(0, 8)}`,
                values: samples.map(({ byEdge }) => byEdge[edge] ?? 0),
              }))
            : [{ name: 'connections', values: samples.map(() => 0) }]
        }
      />
    </div>
  );
}

/** Returns the value that this share of all is not above. */
function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0;
}

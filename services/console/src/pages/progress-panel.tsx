import type { StatusReason } from '@gatecast/contracts';
import { useAnnounced } from '../parts/announcer.js';
import { Icon } from '../parts/icons.js';
import { Link } from '../routing/router.js';
import { gatewayPage } from '../words/events.js';
import { reasonText } from '../words/explain.js';
import { counted, numberText } from '../words/numbers.js';
import { durationText } from '../words/time.js';
import { type Decision, type Decisions, isDone } from './use-decisions.js';

const doing = { deploy: 'Deploying to', undeploy: 'Undeploying from', restore: 'Restoring on' } as const;
const done = { deploy: 'Deployed to', undeploy: 'Undeployed from', restore: 'Restored on' } as const;
const namesShown = 8;

/** What was decided here, until the last gateway has answered. */
export function ProgressPanel({ decisions: { list, clear } }: { decisions: Decisions }) {
  const pending = list.filter((decision) => !isDone(decision));
  const failed = list.filter(({ state }) => state === 'FAILED' || state === 'REFUSED');
  const good = list.length - pending.length - failed.length;
  const summary = list.length > 0 ? summaryOf(list, pending.length, failed.length) : undefined;
  useAnnounced(summary ?? '');
  if (list.length === 0) return null;
  const slowest = Math.max(0, ...list.map(({ tookMs }) => tookMs ?? 0));
  return (
    <section
      class={`progress ${pending.length === 0 ? (failed.length > 0 ? 'is-bad' : 'is-good') : ''}`}
      aria-labelledby="progress"
    >
      <div class="section-head">
        <h2 id="progress">
          {pending.length === 0 && <Icon name={failed.length > 0 ? 'alert' : 'check'} />}
          {summary}
        </h2>
        {pending.length === 0 && (
          <button class="button is-quiet is-small" type="button" onClick={clear}>
            Dismiss
          </button>
        )}
      </div>
      <div
        class="progress-bar"
        role="progressbar"
        aria-label="Gateways that have answered"
        aria-valuemin={0}
        aria-valuemax={list.length}
        aria-valuenow={list.length - pending.length}
      >
        <i class="is-good" style={{ flexGrow: good }} />
        <i class="is-bad" style={{ flexGrow: failed.length }} />
        <i style={{ flexGrow: pending.length }} />
      </div>
      <p class="muted">
        {numberText(good)} confirmed, {numberText(failed.length)} refused, {numberText(pending.length)} to go
        {pending.length === 0 && good > 0 && `; the last after ${durationText(slowest)}`}
      </p>
      <Names decisions={failed} withReason />
      <Names decisions={pending} />
    </section>
  );
}

function Names({ decisions, withReason = false }: { decisions: readonly Decision[]; withReason?: boolean }) {
  if (decisions.length === 0) return null;
  return (
    <ul class="plain-list">
      {decisions.slice(0, namesShown).map(({ gateway, state, reason }) => (
        <li key={gateway.id}>
          <Link to={gatewayPage(gateway.id)}>{gateway.displayName}</Link>
          <span class="muted">
            {withReason
              ? state === 'FAILED' && reason
                ? reasonText(reason as StatusReason)
                : reason
              : state === 'SENDING'
                ? 'being sent'
                : 'decided; the gateway has not answered yet. One that is not connected answers when it is back.'}
          </span>
        </li>
      ))}
      {decisions.length > namesShown && <li class="muted">and {numberText(decisions.length - namesShown)} more</li>}
    </ul>
  );
}

function summaryOf(list: readonly Decision[], pending: number, failed: number): string {
  const verb = list[0]?.verb ?? 'deploy';
  const only = list.length === 1 ? list[0]?.gateway.displayName : undefined;
  const whom = only ?? counted(list.length, 'gateway');
  if (pending > 0) return `${doing[verb]} ${whom}`;
  if (failed === 0) return `${done[verb]} ${whom}`;
  return only ? `${only} refused` : `${numberText(failed)} of ${counted(list.length, 'gateway')} refused`;
}

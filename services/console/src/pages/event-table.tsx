import type { ApiEvent } from '@gatecast/api-client';
import { LifeBar } from '../parts/life-bar.js';
import { type Column, VirtualTable } from '../parts/virtual-table.js';
import { Link } from '../routing/router.js';
import { entityPage, entityText, gatewayPage, typeText } from '../words/events.js';
import { clockText, fullTimeText } from '../words/time.js';

const columns: readonly Column<ApiEvent>[] = [
  {
    name: 'Time',
    cell: ({ committedAt, revision }) => (
      <span class="figures" title={`${fullTimeText(committedAt)}, revision ${revision}`}>
        {clockText(committedAt)}
      </span>
    ),
  },
  { name: 'Event', cell: (event) => <span class="strong clip">{typeText(event.type)}</span> },
  {
    name: 'About',
    cell: (event) => {
      const page = entityPage(event);
      const text = entityText(event);
      return page ? (
        <Link class="clip" to={page} tabIndex={-1} title={text}>
          {text}
        </Link>
      ) : (
        <span class="clip">{text}</span>
      );
    },
  },
  {
    name: 'Gateway',
    cell: ({ gatewayId }) =>
      gatewayId ? (
        <Link class="clip" to={gatewayPage(gatewayId)} tabIndex={-1} title={gatewayId}>
          {gatewayId}
        </Link>
      ) : (
        <span class="muted">all</span>
      ),
  },
  { name: 'By', isSecondary: true, cell: ({ actor }) => <span class="clip muted">{actor ?? ''}</span> },
  { name: 'Life', cell: (event) => <LifeBar event={event} /> },
];

const ofOneGateway = columns.filter(({ name }) => name !== 'Gateway');

interface EventTableProps {
  readonly label: string;
  readonly events: readonly ApiEvent[];
  /** On the page of one gateway its name says nothing. */
  readonly isOfOneGateway?: boolean;
  /** Told when the end comes into sight. */
  readonly onEnd: () => void;
}

/** Events, newest first, each with its life. */
export function EventTable({ label, events, isOfOneGateway = false, onEnd }: EventTableProps) {
  return (
    <VirtualTable
      label={label}
      layout={isOfOneGateway ? 'gateway-events-table' : 'events-table'}
      columns={isOfOneGateway ? ofOneGateway : columns}
      total={events.length}
      at={(index) => events[index]}
      keyOf={({ correlationId }) => correlationId}
      onShow={(_, to) => {
        if (to >= events.length) onEnd();
      }}
      pageOf={({ correlationId }) => `/events/${correlationId}`}
    />
  );
}

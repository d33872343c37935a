import type { Metrics } from './metrics.js';

/** Adds the metrics of a process's connection to the broker. Returns the function to tell of its status. */
export function brokerMetrics(metrics: Metrics): (status: string) => void {
  let isConnected = false;
  const reconnects = metrics.count('gatecast_broker_reconnects_total', 'Connections to the broker that came back.');
  metrics.gauge('gatecast_broker_is_connected', '1 while the broker is connected.', () => Number(isConnected));
  return (status) => {
    if (status === 'disconnected') isConnected = false;
    if (status === 'connected' || status === 'reconnected') isConnected = true;
    if (status === 'reconnected') reconnects.inc();
  };
}

/** What a pool of database connections says of itself. */
interface DatabasePool {
  connections(): { readonly total: number; readonly idle: number; readonly waiting: number };
}

/** Adds the metrics of a process's pools of database connections, by their names. */
export function databaseMetrics(metrics: Metrics, pools: () => Readonly<Record<string, DatabasePool>>): void {
  const of = (value: (pool: ReturnType<DatabasePool['connections']>) => number) => () =>
    Object.fromEntries(Object.entries(pools()).map(([name, pool]) => [name, value(pool.connections())]));
  metrics.gauges(
    'gatecast_database_connections',
    'Open database connections.',
    'pool',
    of(({ total }) => total),
  );
  metrics.gauges(
    'gatecast_database_connections_idle',
    'Those that nobody uses.',
    'pool',
    of(({ idle }) => idle),
  );
  metrics.gauges(
    'gatecast_database_waiting',
    'Requests that wait for a connection.',
    'pool',
    of(({ waiting }) => waiting),
  );
}

import type { Ports } from '../ports.js';
import { databaseUrl } from '../postgres.js';
import { openTcpProxy, type TcpProxy } from './tcp-proxy.js';

/** The links that can be broken: each for all processes of its one side. */
export interface Links {
  readonly 'gateways to front-door': TcpProxy;
  readonly 'ws-edge to nats-server': TcpProxy;
  readonly 'api-service to nats-server': TcpProxy;
  readonly 'artifacts-service to nats-server': TcpProxy;
  readonly 'api-service to postgres': TcpProxy;
  readonly 'artifacts-service to postgres': TcpProxy;
}

/** Opens all links, to where `ports` says that the stack will be. */
export async function openLinks(ports: Ports): Promise<Links> {
  const [frontDoor, broker, postgres] = [
    await ports.choose('front-door'),
    await ports.choose('nats-server'),
    await ports.choose('postgres'),
  ];
  return {
    'gateways to front-door': await openTcpProxy(frontDoor),
    'ws-edge to nats-server': await openTcpProxy(broker),
    'api-service to nats-server': await openTcpProxy(broker),
    'artifacts-service to nats-server': await openTcpProxy(broker),
    'api-service to postgres': await openTcpProxy(postgres),
    'artifacts-service to postgres': await openTcpProxy(postgres),
  };
}

/** Returns the settings by service with which the services reach broker and database over the links. */
export function overLinks(links: Links, databasePassword: string): Readonly<Record<string, Readonly<Record<string, string>>>> {
  const broker = (link: keyof Links) => ({ NATS_URL: `nats://127.0.0.1:${links[link].port}` });
  const database = (link: keyof Links) => ({ DATABASE_URL: databaseUrl(links[link].port, databasePassword, 'gatecast') });
  return {
    'api-service': { ...broker('api-service to nats-server'), ...database('api-service to postgres') },
    'ws-edge': broker('ws-edge to nats-server'),
    'artifacts-service': { ...broker('artifacts-service to nats-server'), ...database('artifacts-service to postgres') },
  };
}

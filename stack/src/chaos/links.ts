import { natsServerNames } from '../nats-cluster.js';
import type { Ports } from '../ports.js';
import { databaseUrl } from '../postgres.js';
import { openTcpProxy, type TcpProxy } from './tcp-proxy.js';

/** A way that can be broken, to all processes of its other side at once. */
export interface Link extends Pick<TcpProxy, 'swallow' | 'close'> {
  /** On 127.0.0.1, one for each process of the other side. */
  readonly ports: readonly number[];
  reset(): void;
}

/** The links that can be broken: each for all processes of its one side. */
export interface Links {
  readonly 'gateways to front-door': Link;
  readonly 'ws-edge to nats-server': Link;
  readonly 'api-service to nats-server': Link;
  readonly 'artifacts-service to nats-server': Link;
  readonly 'api-service to postgres': Link;
  readonly 'artifacts-service to postgres': Link;
}

/** Opens all links, to where `ports` says that a stack with so many brokers will be. */
export async function openLinks(ports: Ports, brokerCount: number): Promise<Links> {
  const [frontDoor, postgres] = [await ports.choose('front-door'), await ports.choose('postgres')];
  const brokers: number[] = [];
  for (const name of natsServerNames(brokerCount)) brokers.push(await ports.choose(name));
  return {
    'gateways to front-door': await openLink(frontDoor),
    'ws-edge to nats-server': await openLink(...brokers),
    'api-service to nats-server': await openLink(...brokers),
    'artifacts-service to nats-server': await openLink(...brokers),
    'api-service to postgres': await openLink(postgres),
    'artifacts-service to postgres': await openLink(postgres),
  };
}

/** Opens a link to those ports of 127.0.0.1. */
export async function openLink(...targetPorts: number[]): Promise<Link> {
  const proxies = await Promise.all(targetPorts.map((port) => openTcpProxy(port)));
  return {
    ports: proxies.map(({ port }) => port),
    reset() {
      for (const proxy of proxies) proxy.reset();
    },
    swallow() {
      const ends = proxies.map((proxy) => proxy.swallow());
      return () => {
        for (const end of ends) end();
      };
    },
    close: async () => void (await Promise.all(proxies.map((proxy) => proxy.close()))),
  };
}

/** Returns links of which only the one to the front door can be broken. @throws Error at each use of another. */
export function frontDoorAlone(link: Link): Links {
  return new Proxy({ 'gateways to front-door': link } as Links, {
    get(links, name) {
      if (!(name in links)) throw new Error(`There is no link '${String(name)}' to what is somebody else's.`);
      return links[name as keyof Links];
    },
  });
}

/** Returns the settings by service with which the services reach broker and database over the links. */
export function overLinks(links: Links, databasePassword: string): Readonly<Record<string, Readonly<Record<string, string>>>> {
  const broker = (link: keyof Links) => ({ NATS_URL: links[link].ports.map((port) => `nats://127.0.0.1:${port}`).join(',') });
  const database = (link: keyof Links) => ({
    DATABASE_URL: databaseUrl(links[link].ports[0] as number, databasePassword, 'gatecast'),
  });
  return {
    'api-service': { ...broker('api-service to nats-server'), ...database('api-service to postgres') },
    'ws-edge': broker('ws-edge to nats-server'),
    'artifacts-service': { ...broker('artifacts-service to nats-server'), ...database('artifacts-service to postgres') },
  };
}

import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A link between two processes that can be broken. */
export interface TcpProxy {
  readonly port: number;
  /** How many connections run over it now. */
  readonly connections: number;
  /** Resets connections, both sides: all, or those that `choose` picks. */
  reset(choose?: () => boolean): void;
  /**
   * Swallows everything that arrives, on connections that are open or will be opened, until the returned function is called. What
   * was swallowed is missing from the streams, so those connections are reset then.
   */
  swallow(): () => void;
  close(): Promise<void>;
}

/** Opens a proxy on a free port of 127.0.0.1 that leads to `targetPort` there; a target that does not listen looks the same as without it. */
export async function openTcpProxy(targetPort: number): Promise<TcpProxy> {
  const pairs = new Set<Pair>();
  let isSwallowing = false;

  const server = createServer({ noDelay: true }, (client) => {
    const upstream = connect({ host: '127.0.0.1', port: targetPort, noDelay: true });
    const pair: Pair = { client, upstream, isDamaged: isSwallowing };
    pairs.add(pair);
    const pipe = (from: Socket, to: Socket) => {
      from.on('data', (chunk) => {
        if (isSwallowing) {
          pair.isDamaged = true;
          return;
        }
        if (!to.write(chunk)) from.pause();
      });
      to.on('drain', () => from.resume());
      from.on('end', () => (isSwallowing ? undefined : to.end()));
      from.on('error', () => break_(pair));
      from.on('close', () => {
        pairs.delete(pair);
        to.destroy();
      });
    };
    pipe(client, upstream);
    pipe(upstream, client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    port: (server.address() as AddressInfo).port,
    get connections() {
      return pairs.size;
    },
    reset(choose = () => true) {
      for (const pair of [...pairs]) if (choose()) break_(pair);
    },
    swallow() {
      isSwallowing = true;
      return () => {
        isSwallowing = false;
        for (const pair of [...pairs]) if (pair.isDamaged) break_(pair);
      };
    },
    async close() {
      for (const pair of [...pairs]) break_(pair);
      server.close();
      await once(server, 'close');
    },
  };
}

interface Pair {
  readonly client: Socket;
  readonly upstream: Socket;
  /** Something was swallowed: what would follow makes no sense any more. */
  isDamaged: boolean;
}

function break_({ client, upstream }: Pair): void {
  client.resetAndDestroy();
  upstream.resetAndDestroy();
}

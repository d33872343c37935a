import { execFile } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { StackError } from './stack-error.js';
import type { SupervisedProcess } from './supervised-process.js';

const run = promisify(execFile);

/** Returns what `docker` answers. @throws StackError with what it says against it. */
export async function docker(...args: string[]): Promise<string> {
  try {
    return (await run('docker', args, { maxBuffer: 16 * 1024 * 1024 })).stdout;
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string };
    throw new StackError(`docker ${args[0]}: ${stderr?.trim() || message}`);
  }
}

/** A container as `docker inspect` describes it, as far as we look. */
export interface Container {
  readonly Id: string;
  readonly State: { readonly Pid: number };
  readonly Config: { readonly Env: readonly string[]; readonly Labels: Readonly<Record<string, string>> };
  readonly NetworkSettings: {
    readonly Networks: Readonly<Record<string, { readonly IPAddress: string }>>;
    readonly Ports: Readonly<Record<string, readonly { readonly HostPort: string }[] | null>>;
  };
}

/** Returns containers by their ids. @throws StackError when one is not there. */
export async function inspect(ids: readonly string[]): Promise<Container[]> {
  return ids.length === 0 ? [] : (JSON.parse(await docker('inspect', ...ids)) as Container[]);
}

/** Returns the address of a running container in its network; on Linux it can be reached from outside too. */
export function addressOf({ NetworkSettings: { Networks } }: Container): string {
  return Object.values(Networks)[0]?.IPAddress ?? '';
}

/** Returns a setting (environment variable) of a container. */
export function settingOf({ Config: { Env } }: Container, name: string): string | undefined {
  return Env.find((line) => line.startsWith(`${name}=`))?.slice(name.length + 1);
}

const stopTimeoutSeconds = 15;
const startTimeoutMs = 60_000;

/** Returns the handle of a service of ours in a container that runs: signals and stops go to the container. */
export function containerProcess(name: string, container: Container): SupervisedProcess {
  const { Id: id } = container;
  const port = settingOf(container, 'PORT');
  let current = container;
  async function look(): Promise<void> {
    const [now] = await inspect([id]);
    if (now) current = now;
  }

  const handle: SupervisedProcess = {
    name,
    get url() {
      return `http://${addressOf(current)}:${port}`;
    },
    get pid() {
      return current.State.Pid || undefined;
    },
    async start() {
      if (handle.pid) return;
      await docker('start', id);
      const deadline = Date.now() + startTimeoutMs;
      for (;;) {
        await look();
        const answer = await fetch(`${handle.url}/readyz`, { signal: AbortSignal.timeout(1_000) }).catch(() => undefined);
        if (answer?.ok) return;
        if (Date.now() > deadline)
          throw new StackError(`${name} did not get ready within ${startTimeoutMs / 1000} s (docker logs ${id.slice(0, 12)})`);
        await delay(100);
      }
    },
    async kill(signal) {
      if (!handle.pid) return;
      // The engine knows what it has paused, and of nothing else that is stopped.
      if (signal === 'SIGSTOP') await docker('pause', id);
      else if (signal === 'SIGCONT') await docker('unpause', id).catch(() => undefined);
      else await docker('kill', '--signal', signal, id);
      await look();
    },
    async stop() {
      await docker('stop', '--time', String(stopTimeoutSeconds), id);
      await look();
    },
    async restart() {
      await handle.stop();
      await handle.start();
    },
  };
  return handle;
}

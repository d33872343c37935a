import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, statfsSync } from 'node:fs';
import path from 'node:path';
import { natsServerFolder } from '../nats-cluster.js';

/** A small disk for the broker's streams, which can be full. */
export interface BrokerDisk {
  /** Leaves no room for anything more; the returned function gives the room back. */
  fill(): () => void;
  unmount(): void;
}

/** The broker reserves what its streams may grow to, out of three quarters of the disk. */
const sizeMiB = 768;
/** What the event stream may then have; the acks' work queue has 256 MiB. */
export const smallStream = { STREAM_MAX_BYTES: String(128 * 1024 * 1024) };

/** Mounts a tmpfs where a broker in `dataFolder` will keep its streams. Returns the sentence that says why that can't be had. */
export function mountBrokerDisk(dataFolder: string): BrokerDisk | string {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'a disk of its own for the broker takes root on Linux';
  const folder = streamsFolder(dataFolder);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const mount = (options: string) => spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], { encoding: 'utf8' });
  const { status, stderr, error } = mount(`size=${sizeMiB}m,mode=0700`);
  if (status !== 0) return `a tmpfs can't be mounted here: ${error?.message ?? stderr.trim()}`;
  return {
    fill() {
      const { blocks, bfree, bsize } = statfsSync(folder);
      mount(`remount,size=${(blocks - bfree) * bsize}`);
      return () => void mount(`remount,size=${sizeMiB}m`);
    },
    unmount: () => void spawnSync('umount', ['-l', folder]),
  };
}

/** Removes everything that a stopped broker kept; of a cluster, that this one did. */
export function wipeStreams(dataFolder: string, name = 'nats-server'): void {
  const folder = streamsFolder(natsServerFolder(dataFolder, name));
  for (const entry of readdirSync(folder)) rmSync(path.join(folder, entry), { recursive: true, force: true });
}

function streamsFolder(dataFolder: string): string {
  return path.join(dataFolder, 'nats', 'jetstream');
}

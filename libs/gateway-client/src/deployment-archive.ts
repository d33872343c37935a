import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { extract } from 'tar-stream';

/** The largest archive, unpacked: a batch of 50 deployments of 1 MiB, and then some. */
const unpackedBytesMax = 256 * 1024 * 1024;

/**
 * Returns the YAML files of a gzip'd tar archive by the folder that they are in, which is named after the deployment; the last file
 * counts where a folder has several (gateway protocol 2.4). What was not asked for is left out.
 * @throws Error when the archive is damaged or breaks off.
 */
export async function readDeploymentArchive(archive: Buffer, asked: readonly string[]): Promise<Map<string, string>> {
  const wanted = new Set(asked);
  const files = new Map<string, string>();
  const entries = extract();
  entries.end(await promisify(gunzip)(archive, { maxOutputLength: unpackedBytesMax }));
  for await (const entry of entries) {
    const content = await text(entry);
    const { name, type } = entry.header;
    const folder = name.split('/').at(-2);
    if (type === 'file' && folder !== undefined && wanted.has(folder) && !name.includes('..') && /\.ya?ml$/.test(name))
      files.set(folder, content);
  }
  return files;
}

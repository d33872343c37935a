import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { projectFolder } from '@gatecast/stack';
import { parse } from 'yaml';

const run = promisify(execFile);

/** Runs Compose on the project's docker-compose.yml; rejects with what it said. */
export type Compose = (...args: string[]) => Promise<string>;

const works = (file: string, ...args: string[]) =>
  run(file, args).then(
    () => true,
    () => false,
  );

/** Says why no containers of these images can run here; undefined: they can. */
export async function whyNoContainers(images: Iterable<string>): Promise<string | undefined> {
  if (!(await works('docker', 'version'))) return 'no Docker engine answers';
  for (const image of images) {
    if (!(await works('docker', 'image', 'inspect', image)))
      return `there is no image ${image} (docker compose build, docker compose pull)`;
  }
  return undefined;
}

/** How to run Compose here; a text says why that is not possible. */
export async function findCompose(project: string, settings: NodeJS.ProcessEnv): Promise<Compose | string> {
  const env = { ...process.env, ...settings };
  const options = { cwd: projectFolder, env, maxBuffer: 16 * 1024 * 1024 };
  const noEngine = await whyNoContainers([]);
  if (noEngine) return noEngine;
  const command = (await works('docker', 'compose', 'version')) ? ['docker', 'compose'] : ['docker-compose'];
  if (command.length === 1 && !(await works('docker-compose', 'version'))) return 'there is no Compose';
  const [file = '', ...first] = command;
  const compose: Compose = async (...args) => (await run(file, [...first, '-p', project, ...args], options)).stdout;

  const images = Object.values<{ image: string }>(parse(await compose('config')).services).map(({ image }) => image);
  return (await whyNoContainers(new Set(images))) ?? compose;
}

/** Ends a container at once, as its machine would. */
export async function killContainer(id: string): Promise<void> {
  await run('docker', ['kill', id]);
}

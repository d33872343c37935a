import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { type Kind, kinds } from '@gatecast/contracts/kinds';
import { kindName, kindOf } from '../artifact-reference.js';
import { Failure } from '../failure.js';

/** An artifact as a file wants it. */
export interface WantedArtifact {
  readonly file: string;
  readonly kind: Kind;
  readonly id: string;
  /** What the API takes. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** For the usage. */
export const artifactFilesUsage = `A file holds one artifact in JSON, as the API takes it, with its id. Its kind is said by the field kind (RestApi), or by the
name of the file or its folder: rest-api.json, books.rest-api.json, rest-apis/books.json. Folders are read with all their .json files.`;

/** Reads artifacts from files and folders, in an order in which each may refer to the ones before. @throws Failure naming the file. */
export function readArtifactFiles(places: readonly string[]): WantedArtifact[] {
  const wanted = places.flatMap(filesIn).map(readArtifactFile);
  const twice = wanted.find((one, at) => wanted.findIndex(({ kind, id }) => kind === one.kind && id === one.id) !== at);
  if (twice) throw new Failure(`${twice.file} is about ${twice.id}, and another file is too: leave one of them out.`);
  const order = kinds.map(({ kind }) => kind);
  return wanted.sort((one, other) => order.indexOf(one.kind) - order.indexOf(other.kind));
}

function filesIn(place: string): string[] {
  try {
    if (!statSync(place).isDirectory()) return [place];
    const files = readdirSync(place, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json'));
    if (files.length === 0) throw new Failure(`${place} has no .json files.`);
    return files.sort().map((name) => path.join(place, name));
  } catch (error) {
    throw unreadable(place, error);
  }
}

function readArtifactFile(file: string): WantedArtifact {
  let body: unknown;
  try {
    body = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw unreadable(file, error);
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw new Failure(`${file} holds no JSON object.`);
  const { id, kind: said } = body as { id?: unknown; kind?: unknown };
  if (typeof id !== 'string') throw new Failure(`${file} has no id: an artifact that is applied needs one.`);
  const kind = typeof said === 'string' ? kindOf(said) : kindOfName(file);
  if (!kind)
    throw new Failure(
      `${file} does not say its kind: call it ${kinds.map((traits) => `*.${kindName(traits)}.json`).join(', ')}, or add "kind".`,
    );
  return { file, kind, id, body: body as WantedArtifact['body'] };
}

function kindOfName(file: string): Kind | undefined {
  const words = [...path.basename(file, '.json').split('.'), path.basename(path.dirname(path.resolve(file)))];
  return words.map(kindOf).find((kind) => kind !== undefined);
}

function unreadable(file: string, error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (error instanceof SyntaxError) return new Failure(`${file} is no JSON: ${error.message}`);
  return new Failure(`${file} can't be read (${(error as NodeJS.ErrnoException).code}).`);
}

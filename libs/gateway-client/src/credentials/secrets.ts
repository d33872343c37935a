import { Type } from '@gatecast/contracts';
import { maybe, reader, Text } from '../reading.js';

/** A secret as `GET /secrets` lists it. */
export interface ListedSecret {
  readonly handle: string;
  /** Changes with the value. */
  readonly hash: string;
  /** False: it is listed, and its value is not given any more. */
  readonly isActive: boolean;
  /** Only when values were asked for. */
  readonly value: string | undefined;
}

const readList = reader(
  'the list of secrets',
  Type.Object({
    list: Type.Array(Type.Object({ handle: Text, hash: Type.String(), status: Text, value: maybe(Type.String()) })),
    count: Type.Integer(),
  }),
);
const readAnswer = reader('the value of a secret', Type.Object({ value: Type.String() }));

/** Returns what an answer of `GET /secrets` lists (gateway protocol 2.8). @throws Error when it is malformed or not whole. */
export function readSecrets(answer: unknown): ListedSecret[] {
  const { list, count } = readList(answer);
  if (count !== list.length) throw new Error(`the list of secrets has ${list.length} of ${count}`);
  return list.map(({ handle, hash, status, value }) => ({
    handle,
    hash,
    isActive: status === 'ACTIVE',
    value: value ?? undefined,
  }));
}

/** Returns what an answer of `GET /secrets/{handle}/value` says (gateway protocol 2.8). @throws Error when it is malformed. */
export function readSecretValue(answer: unknown): string {
  return readAnswer(answer).value;
}

/** Returns the handles of the secrets that a definition refers to: `{{ secret "handle" }}` (gateway protocol 1.6), each once. */
export function secretsIn(content: string): string[] {
  return [
    ...new Set([...content.matchAll(/\{\{\s*secret\s+\\?["']([^"'\\]+)\\?["']\s*\}\}/g)].map(([, handle]) => handle as string)),
  ];
}

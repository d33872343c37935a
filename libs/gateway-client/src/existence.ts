import { Type } from '@gatecast/contracts';
import { reader, Text } from './reading.js';

const readAnswer = reader(
  'the answer of the existence check',
  Type.Object({ artifacts: Type.Array(Type.Object({ artifactId: Text, exists: Type.Boolean() })) }),
);

/**
 * Returns those of the asked artifacts that an answer of `POST /artifacts/exists` says do not exist (gateway protocol 2.5).
 * @throws Error when it does not say one thing about each of them and nothing else: since the gateway deletes what is gone, an
 * answer that is wrong anywhere is not believed anywhere.
 */
export function readExistence(asked: readonly string[], answer: unknown): Set<string> {
  const rows = readAnswer(answer).artifacts;
  const exists = new Map(rows.map((row) => [row.artifactId, row.exists]));
  if (rows.length !== asked.length || exists.size !== asked.length || !asked.every((id) => exists.has(id)))
    throw new Error('the answer of the existence check is not about what was asked');
  return new Set(asked.filter((id) => exists.get(id) === false));
}

import type { Kind } from '@gatecast/contracts';
import { strFromU8, unzipSync } from 'fflate';
import { parse } from 'yaml';

/** By what a gateway tells artifacts apart, besides their ids (gateway protocol 2.11). */
export interface Definition {
  readonly handle: string;
  readonly displayName: string;
  readonly version: string;
}

/**
 * Returns the text of the first `.yaml` or `.yml` entry of a zip archive, whatever its name (gateway protocol 2.2).
 * @throws Error when the archive is damaged or has no such entry.
 */
export function yamlInZip(archive: Uint8Array): string {
  let found = false;
  const entries = unzipSync(archive, {
    filter: ({ name }) => {
      if (found || !/\.ya?ml$/.test(name)) return false;
      found = true;
      return true;
    },
  });
  const [content] = Object.values(entries);
  if (!content) throw new Error('the archive has no YAML entry');
  return strFromU8(content);
}

/**
 * Reads what an artifact's YAML says of itself.
 * @throws Error when it is not valid YAML, of another kind, or without one of the fields.
 */
export function readDefinition(kind: Kind, yaml: string): Definition {
  const document = asObject(parse(yaml));
  if (document.kind !== kind) throw new Error(`the content is not a ${kind}`);
  const metadata = asObject(document.metadata);
  const spec = asObject(document.spec);
  return {
    handle: textOf(metadata, 'name', 'metadata.name'),
    displayName: textOf(spec, 'displayName', 'spec.displayName'),
    version: textOf(spec, 'version', 'spec.version'),
  };
}

function asObject(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) throw new Error('the content is not an artifact definition');
  return value as Record<string, unknown>;
}

function textOf(object: Record<string, unknown>, field: string, path: string): string {
  const value = object[field];
  if (typeof value !== 'string' || value === '') throw new Error(`the content has no text in ${path}`);
  return value;
}

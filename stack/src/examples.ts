import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Kind } from '@gatecast/contracts';
import { projectFolder } from './project-folder.js';

/** The body that makes an artifact. */
export type ArtifactBody = { readonly id: string } & Readonly<Record<string, unknown>>;

const files: Readonly<Record<Kind, string>> = {
  RestApi: 'rest-api.json',
  LlmProvider: 'llm-provider.json',
  LlmProxy: 'llm-proxy.json',
  Mcp: 'mcp-proxy.json',
};

/** The kinds in an order in which each may refer to the ones before: a proxy needs its provider. */
export const kindsInOrder: readonly Kind[] = ['RestApi', 'LlmProvider', 'LlmProxy', 'Mcp'];

/** Returns the example of a kind from `examples/`. */
export function exampleOf(kind: Kind): ArtifactBody {
  return JSON.parse(readFileSync(path.join(projectFolder, 'examples', files[kind]), 'utf8')) as ArtifactBody;
}

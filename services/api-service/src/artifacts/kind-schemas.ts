import type { Kind } from '@gatecast/contracts';
import type { KindSchema } from './kind-schema.js';
import { llmProvider } from './llm-provider.js';
import { llmProxy } from './llm-proxy.js';
import { mcpProxy } from './mcp-proxy.js';
import { restApi } from './rest-api.js';

/** The four kinds. All else about artifacts is one code path. */
export const kindSchemas: Readonly<Record<Kind, KindSchema>> = Object.freeze({
  RestApi: restApi,
  LlmProvider: llmProvider,
  LlmProxy: llmProxy,
  Mcp: mcpProxy,
});

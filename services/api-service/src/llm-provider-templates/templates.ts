/** Where in an exchange with the provider something is found: a JSON path in the body, a header's name, or a pattern of the path. */
interface Place {
  readonly location: 'payload' | 'header' | 'pathParam';
  readonly identifier: string;
}

/** How an LLM provider is spoken to. Gateways have these templates built in; an LLM provider names the one that it follows. */
export interface LlmProviderTemplate {
  readonly id: string;
  /** How some releases of the gateway spell the id. */
  readonly alsoKnownAs?: string;
  readonly displayName: string;
  readonly metadata: {
    /** Absent: each customer has an endpoint of their own. */
    readonly endpointUrl?: string;
    readonly auth?: { readonly type: 'apiKey'; readonly header: string; readonly valuePrefix?: string };
  };
  readonly promptTokens: Place;
  readonly completionTokens: Place;
  readonly totalTokens?: Place;
  readonly remainingTokens?: Place;
  readonly requestModel: Place;
  readonly responseModel: Place;
  /** Where the above differ for one of the provider's resources. */
  readonly resourceMappings?: {
    readonly resources: { readonly resource: string; readonly promptTokens: Place; readonly completionTokens: Place }[];
  };
}

const payload = (identifier: string): Place => ({ location: 'payload', identifier });
const header = (identifier: string): Place => ({ location: 'header', identifier });
const pathParam = (identifier: string): Place => ({ location: 'pathParam', identifier });

/** What OpenAI's chat completions have, and those that are like them. */
const likeOpenAi = {
  promptTokens: payload('$.usage.prompt_tokens'),
  completionTokens: payload('$.usage.completion_tokens'),
  totalTokens: payload('$.usage.total_tokens'),
  remainingTokens: header('x-ratelimit-remaining-tokens'),
  requestModel: payload('$.model'),
  responseModel: payload('$.model'),
};
const withResponses = {
  ...likeOpenAi,
  resourceMappings: {
    resources: [
      {
        resource: '/responses',
        promptTokens: payload('$.usage.input_tokens'),
        completionTokens: payload('$.usage.output_tokens'),
      },
    ],
  },
};
const bearer = { type: 'apiKey', header: 'Authorization', valuePrefix: 'Bearer ' } as const;

/** The templates that gateways ship with (gateway protocol 2.11), by id. */
export const llmProviderTemplates: readonly LlmProviderTemplate[] = [
  {
    id: 'anthropic',
    displayName: 'Anthropic',
    metadata: { endpointUrl: 'https://api.anthropic.com', auth: { type: 'apiKey', header: 'x-api-key' } },
    promptTokens: payload('$.usage.input_tokens'),
    completionTokens: payload('$.usage.output_tokens'),
    remainingTokens: header('anthropic-ratelimit-tokens-remaining'),
    requestModel: payload('$.model'),
    responseModel: payload('$.model'),
  },
  {
    id: 'awsbedrock',
    displayName: 'AWS Bedrock',
    metadata: {},
    promptTokens: payload('$.usage.inputTokens'),
    completionTokens: payload('$.usage.outputTokens'),
    totalTokens: payload('$.usage.totalTokens'),
    requestModel: pathParam('model/([A-Za-z0-9.:-]+)/'),
    responseModel: pathParam('model/([A-Za-z0-9.:-]+)/'),
  },
  {
    id: 'azureaifoundry',
    alsoKnownAs: 'azureai-foundry',
    displayName: 'Azure AI Foundry',
    metadata: { auth: { type: 'apiKey', header: 'api-key' } },
    ...withResponses,
  },
  {
    id: 'azureopenai',
    alsoKnownAs: 'azure-openai',
    displayName: 'Azure OpenAI',
    metadata: { auth: { type: 'apiKey', header: 'api-key' } },
    ...withResponses,
  },
  {
    id: 'gemini',
    displayName: 'Gemini',
    metadata: {
      endpointUrl: 'https://generativelanguage.googleapis.com',
      auth: { type: 'apiKey', header: 'x-goog-api-key' },
    },
    promptTokens: payload('$.usageMetadata.promptTokenCount'),
    completionTokens: payload('$.usageMetadata.candidatesTokenCount'),
    totalTokens: payload('$.usageMetadata.totalTokenCount'),
    remainingTokens: header('x-ratelimit-remaining-tokens'),
    requestModel: pathParam('models/([A-Za-z0-9.-]+)'),
    responseModel: payload('$.modelVersion'),
  },
  {
    id: 'mistralai',
    displayName: 'Mistral',
    metadata: { endpointUrl: 'https://api.mistral.ai', auth: bearer },
    ...likeOpenAi,
  },
  {
    id: 'openai',
    displayName: 'OpenAI',
    metadata: { endpointUrl: 'https://api.openai.com/v1', auth: bearer },
    ...withResponses,
  },
];

/** Returns the template of an id, in either spelling. */
export function findTemplate(id: string): LlmProviderTemplate | undefined {
  return llmProviderTemplates.find((template) => template.id === id || template.alsoKnownAs === id);
}

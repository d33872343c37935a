import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Api, example, startApi } from './setup.js';

let api: Api;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api?.stop());

const shipped = ['anthropic', 'awsbedrock', 'azureaifoundry', 'azureopenai', 'gemini', 'mistralai', 'openai'];

test('the seven templates that gateways ship with are listed, page by page', async () => {
  const { status, body } = await api.ask('GET', '/llm-provider-templates');
  expect([status, body.count, body.pagination.total]).toEqual([200, 7, 7]);
  expect(body.list.map(({ id }: { id: string }) => id)).toEqual(shipped);
  const page = await api.ask('GET', '/llm-provider-templates?limit=2&offset=6');
  expect([page.body.count, page.body.list[0].id, page.body.pagination]).toEqual([1, 'openai', { total: 7, offset: 6, limit: 2 }]);
});

test('a template says where a provider is and how its key is sent', async () => {
  expect((await api.ask('GET', '/llm-provider-templates/openai')).body).toEqual({
    id: 'openai',
    displayName: 'OpenAI',
    managedBy: 'wso2',
    readOnly: true,
    metadata: {
      endpointUrl: 'https://api.openai.com/v1',
      auth: { type: 'apiKey', header: 'Authorization', valuePrefix: 'Bearer ' },
    },
    promptTokens: { location: 'payload', identifier: '$.usage.prompt_tokens' },
    completionTokens: { location: 'payload', identifier: '$.usage.completion_tokens' },
    totalTokens: { location: 'payload', identifier: '$.usage.total_tokens' },
    remainingTokens: { location: 'header', identifier: 'x-ratelimit-remaining-tokens' },
    requestModel: { location: 'payload', identifier: '$.model' },
    responseModel: { location: 'payload', identifier: '$.model' },
    resourceMappings: {
      resources: [
        {
          resource: '/responses',
          promptTokens: { location: 'payload', identifier: '$.usage.input_tokens' },
          completionTokens: { location: 'payload', identifier: '$.usage.output_tokens' },
        },
      ],
    },
  });
  const { status, body } = await api.ask('GET', '/llm-provider-templates/nobody');
  expect([status, body.code]).toEqual([404, 'LLM_PROVIDER_TEMPLATE_NOT_FOUND']);
  expect(body.message).toContain('mistralai');
});

test.each([
  ['POST', '/llm-provider-templates'],
  ['POST', '/llm-provider-templates/copy'],
  ['PUT', '/llm-provider-templates/openai'],
  ['PATCH', '/llm-provider-templates/openai'],
  ['DELETE', '/llm-provider-templates/openai'],
])('%s %s is a 405 that says why', async (method, path) => {
  const { status, body, headers } = await api.ask(method, path, method === 'DELETE' ? undefined : { id: 'mine' });
  expect([status, body.code, headers.get('allow')]).toEqual([405, 'METHOD_NOT_ALLOWED', 'GET']);
  expect(body.message).toContain('can only be read');
});

test('an LLM provider follows a template that gateways have, in whichever spelling', async () => {
  const provider = (template: string) => ({ ...example('llm-provider'), id: undefined, displayName: `Of ${template}`, template });
  for (const template of [...shipped, 'azure-openai', 'azureai-foundry']) {
    const { status, body } = await api.ask('POST', '/llm-providers', provider(template));
    expect([template, status, body.template]).toEqual([template, 201, template]);
  }
  const { status, body } = await api.ask('POST', '/llm-providers', provider('nobody'));
  expect([status, body.code, body.errors[0].field]).toEqual([400, 'VALIDATION_FAILED', 'template']);
  expect(body.message).toContain('anthropic');
});

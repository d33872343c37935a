import { sql } from '@gatecast/database';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Api, example, startApi } from './setup.js';

let api: Api;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api?.stop());

test('who creates an organization becomes its member and may do everything in it', async () => {
  const made = await api.ask('POST', '/organizations', { id: 'acme', displayName: 'Acme Inc.', region: 'eu' });
  expect([made.status, made.headers.get('location')]).toEqual([201, '/api/v0.9/organizations/acme']);
  expect(made.body).toMatchObject({ id: 'acme', displayName: 'Acme Inc.', region: 'eu' });
  expect((await api.ask('GET', '/organizations/acme')).body).toEqual(made.body);
  expect((await api.ask('GET', '/organizations')).body.list.map(({ id }: { id: string }) => id)).toEqual(
    expect.arrayContaining(['default', 'acme']),
  );
  const token = await api.token({ organization: 'acme' });
  expect((await api.ask('POST', '/projects', { displayName: 'Demo' }, { token })).status).toBe(201);
});

test('a new organization has a head at revision 0', async () => {
  await api.ask('POST', '/organizations', { id: 'headed', displayName: 'Headed' });
  const heads = await api.database.query(
    sql`SELECT h.revision FROM organization_heads h JOIN organizations o ON o.id = h.organization_id WHERE o.handle = 'headed'`,
  );
  expect(heads).toEqual([{ revision: 0 }]);
});

test('an organization of others is not found', async () => {
  await api.database.query(
    sql`INSERT INTO organizations (id, handle, display_name) VALUES (gen_random_uuid(), 'theirs', 'Theirs')`,
  );
  expect((await api.ask('GET', '/organizations/theirs')).body.code).toBe('ORGANIZATION_NOT_FOUND');
  const clash = await api.ask('POST', '/organizations', { id: 'theirs', displayName: 'Ours' });
  expect([clash.status, clash.body.code]).toEqual([409, 'ORGANIZATION_EXISTS']);
});

test('a project is created, read, changed, listed and deleted', async () => {
  const made = await api.ask('POST', '/projects', { id: 'books', displayName: 'Books', description: 'All about books' });
  expect([made.status, made.headers.get('location')]).toEqual([201, '/api/v0.9/projects/books']);
  expect(made.body).toMatchObject({
    id: 'books',
    displayName: 'Books',
    description: 'All about books',
    organizationId: 'default',
  });
  const changed = await api.ask('PUT', '/projects/books', {
    ...made.body,
    displayName: 'Books 2',
    description: undefined,
    organizationId: 'whatever',
  });
  expect(changed.body).toMatchObject({ displayName: 'Books 2', organizationId: 'default' });
  expect(changed.body).not.toHaveProperty('description');
  expect((await api.ask('GET', '/projects/books')).body).toEqual(changed.body);
  expect((await api.ask('GET', '/projects?query=book')).body.list).toEqual([changed.body]);
  for (const wildcard of ['%25', '_', '%5C']) expect((await api.ask('GET', `/projects?query=${wildcard}`)).body.list).toEqual([]);
  expect((await api.ask('POST', '/projects', { id: 'books', displayName: 'Other' })).body.code).toBe('PROJECT_EXISTS');
  expect((await api.ask('DELETE', '/projects/books')).status).toBe(204);
  expect((await api.ask('GET', '/projects/books')).body.code).toBe('PROJECT_NOT_FOUND');
  expect((await api.ask('PUT', '/projects/books', { displayName: 'x' })).status).toBe(404);
});

test('a project is not deleted while artifacts or applications belong to it', async () => {
  await api.ask('POST', '/projects', { id: 'demo', displayName: 'Demo' });
  await api.ask('POST', '/rest-apis', example('rest-api'));
  await api.ask('POST', '/projects', { id: 'apps', displayName: 'Apps' });
  await api.ask('POST', '/applications', { displayName: 'Robot', projectId: 'apps' });
  expect((await api.ask('GET', '/applications?projectId=apps')).body.count).toBe(1);
  expect((await api.ask('GET', '/applications?projectId=nowhere')).body.code).toBe('PROJECT_NOT_FOUND');
  for (const project of ['demo', 'apps']) {
    const refused = await api.ask('DELETE', `/projects/${project}`);
    expect(refused).toMatchObject({ status: 409, body: { code: 'CONFLICT', message: expect.stringMatching(/applications/) } });
    expect((await api.ask('GET', `/projects/${project}`)).status).toBe(200);
  }
});

test("the token's organization can be gone without a doubt being told as a fact", async () => {
  await api.ask('POST', '/organizations', { id: 'vanishing', displayName: 'Vanishing' });
  const token = await api.token({ organization: 'vanishing' });
  await api.database.query(sql`DELETE FROM organizations WHERE handle = 'vanishing'`);
  const answer = await api.ask('POST', '/projects', { displayName: 'Nowhere' }, { token });
  expect([answer.status, answer.body.code]).toEqual([404, 'ORGANIZATION_NOT_FOUND']);
});

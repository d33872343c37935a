import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { openDatabase, sql } from '@gatecast/database';
import { type ManagementClient, openSecureClient, type Stack, signIn, startStack } from '@gatecast/stack';
import { openBrowser } from '@gatecast/stack/chromium';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { connect } from '../ws-edge/raw-gateway.js';

/** A whole stack with gateways, and a browser before it. */
export interface ConsoleWorld {
  readonly stack: Stack;
  readonly api: ManagementClient;
  readonly browser: Browser;
  /** Makes a gateway that is not connected; returns a token for it. */
  gateway(id: string): Promise<string>;
  /** Makes a gateway and connects an agent that does what it is told. */
  agent(id: string): Promise<void>;
  /** Makes a gateway and connects something that handles every event and refuses every deployment. */
  refuser(id: string): Promise<void>;
  /** Makes so many gateways, `many-00001` and on, that never were connected. */
  manyGateways(count: number): Promise<void>;
  restApi(id: string, displayName?: string): Promise<void>;
  /** Opens a page of the console as somebody who has signed in. Errors of the page fail the test that calls `stop`. */
  open(pagePath: string, options?: BrowserContextOptions): Promise<Page>;
  /** Opens the sign-in. */
  openSignedOut(pagePath: string, options?: BrowserContextOptions): Promise<Page>;
  /** What pages have complained of so far. */
  readonly complaints: readonly string[];
  stop(): Promise<void>;
}

export async function startConsoleWorld(): Promise<ConsoleWorld> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'gatecast-console-'));
  const stack = await startStack({ dataFolder: folder, port: 0, unsafeDatabase: true });
  const { frontDoor, caFile, wsEdges } = stack.endpoints;
  const client = openSecureClient(caFile);
  const api = await signIn(client, { url: frontDoor, ...stack.credentials });
  await api.createProject('demo');
  const browser = await openBrowser();
  const complaints: string[] = [];
  const refusers: { cut(): Promise<void> }[] = [];

  const gateway: ConsoleWorld['gateway'] = async (id) => {
    await api.createGateway(id);
    return (await api.createToken(id)).token;
  };
  const openSignedOut: ConsoleWorld['openSignedOut'] = async (pagePath, options = {}) => {
    const context = await browser.newContext({ ignoreHTTPSErrors: true, viewport: { width: 1360, height: 860 }, ...options });
    const page = await context.newPage();
    page.on('pageerror', (error) => complaints.push(String(error.stack)));
    page.on('console', (message) => {
      // What the network says of a service that a test has killed is no fault of the page.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) complaints.push(message.text());
    });
    await page.goto(`${frontDoor}/console${pagePath}`);
    return page;
  };

  return {
    stack,
    api,
    browser,
    complaints,
    gateway,
    async agent(id) {
      await stack.startGateway({ name: id, token: await gateway(id) });
    },
    async refuser(id) {
      const raw = await connect(wsEdges[0] as string, await gateway(id));
      raw.refuseAll();
      refusers.push(raw);
    },
    async manyGateways(count) {
      const database = openDatabase({ url: stack.endpoints.databaseUrl, onError: () => undefined });
      try {
        await database.query(sql`
          INSERT INTO gateways (id, organization_id, handle, display_name, endpoints, functionality_type, version, created_by)
          SELECT gen_random_uuid(), id, name, name, '[]', 'regular', '1.2', 'test'
          FROM organizations, LATERAL (SELECT 'many-' || lpad(n::text, 5, '0') AS name FROM generate_series(1, ${count}::int) AS n)
          WHERE handle = ${stack.credentials.organization}`);
      } finally {
        await database.close();
      }
    },
    async restApi(id, displayName = id) {
      await api.createArtifact('RestApi', {
        id,
        displayName,
        version: 'v1.0',
        projectId: 'demo',
        context: `/${id}`,
        upstream: { main: { url: 'https://books.example.com' } },
        operations: [{ name: 'listBooks', request: { method: 'GET', path: '/books' } }],
      });
    },
    async open(pagePath, options) {
      const page = await openSignedOut(pagePath, options);
      await page.getByLabel('User name').fill(stack.credentials.username);
      await page.getByLabel('Password').fill(stack.credentials.password);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('navigation', { name: 'Console' }).waitFor();
      return page;
    },
    openSignedOut,
    async stop() {
      await browser.close();
      for (const refuser of refusers) await refuser.cut();
      client.close();
      await stack.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

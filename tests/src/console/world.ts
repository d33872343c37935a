import { openDatabase, sql } from '@gatecast/database';
import { openBrowser } from '@gatecast/stack/chromium';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { startWholeStack, type WholeStack } from '../whole-stack.js';

/** A whole stack with gateways, and a browser before it. */
export interface ConsoleWorld extends WholeStack {
  readonly browser: Browser;
  /** Makes so many gateways, `many-00001` and on, that never were connected. */
  manyGateways(count: number): Promise<void>;
  restApi(id: string, displayName?: string): Promise<void>;
  /** Opens a page of the console as somebody who has signed in. Errors of the page fail the test that calls `stop`. */
  open(pagePath: string, options?: BrowserContextOptions): Promise<Page>;
  /** Opens the sign-in. */
  openSignedOut(pagePath: string, options?: BrowserContextOptions): Promise<Page>;
  /** Signs in on a page that {@link openSignedOut} has opened. */
  signIn(page: Page): Promise<void>;
  /** What pages have complained of so far. */
  readonly complaints: readonly string[];
}

export async function startConsoleWorld(): Promise<ConsoleWorld> {
  const whole = await startWholeStack();
  const { stack, api } = whole;
  const { frontDoor } = stack.endpoints;
  const browser = await openBrowser();
  const complaints: string[] = [];

  const openSignedOut: ConsoleWorld['openSignedOut'] = async (pagePath, options = {}) => {
    const context = await browser.newContext({ ignoreHTTPSErrors: true, viewport: { width: 1360, height: 860 }, ...options });
    const page = await context.newPage();
    page.on('pageerror', (error) => complaints.push(String(error.stack)));
    page.on('console', (message) => {
      // What the network says of a service that a test has killed is no fault of the page.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) complaints.push(message.text());
    });
    // A container that comes or goes on this machine changes its network, and Chromium then drops what is under way.
    let isCut = false;
    page.on('requestfailed', (request) => {
      isCut ||= request.failure()?.errorText === 'net::ERR_NETWORK_CHANGED';
    });
    do {
      isCut = false;
      await page.goto(`${frontDoor}/console${pagePath}`).catch((error) => {
        if (!isCut) throw error;
      });
    } while (isCut);
    return page;
  };

  const signIn: ConsoleWorld['signIn'] = async (page) => {
    await page.getByLabel('User name').fill(stack.credentials.username);
    await page.getByLabel('Password').fill(stack.credentials.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('navigation', { name: 'Console' }).waitFor();
  };

  return {
    ...whole,
    browser,
    complaints,
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
      await signIn(page);
      return page;
    },
    openSignedOut,
    signIn,
    async stop() {
      await browser.close();
      await whole.stop();
    },
  };
}

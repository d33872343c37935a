import { chromiumProgram } from '@gatecast/stack/chromium';
import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { until } from '../until.js';
import { keepScreenshot, sayThatNothingWasTested, violationsOf } from './chromium.js';
import { type ConsoleWorld, startConsoleWorld } from './world.js';

sayThatNothingWasTested();

const stream = '**/api/v0.9/events/stream';
const eventPages = /\/api\/v0\.9\/events\?/;
const script = '<img src=x onerror="document.title=\'taken over\'"><script>document.title="taken over"</script>';

describe.skipIf(!chromiumProgram)('the console in a real Chromium before a real stack', () => {
  let world: ConsoleWorld;
  beforeAll(async () => {
    world = await startConsoleWorld();
    await world.restApi('reading-list', 'Reading List');
    await world.restApi('weather', 'Weather');
    await Promise.all([world.agent('oslo'), world.agent('lima'), world.gateway('seoul'), world.refuser('berlin')]);
    for (const gateway of ['oslo', 'lima', 'seoul', 'berlin']) await world.api.deploy('RestApi', 'weather', gateway);
    const underWay = async () => (await placesOf('weather')).filter(({ status }) => status === 'DEPLOYING');
    await vi.waitFor(async () => expect(await underWay()).toHaveLength(1), { timeout: 60_000, interval: 50 });
  });
  afterAll(() => world?.stop());
  afterEach(() => expect(world.complaints).toEqual([]));

  const placesOf = async (artifact: string) => {
    const path = `/api/v0.9/rest-apis/${artifact}/places`;
    return (await world.api.send<{ list: { status: string; gateway: { id: string } }[] }>('GET', path)).list;
  };
  /** The page of what a gateway was told last. */
  const eventPage = async (gateway: string) => {
    const path = `/api/v0.9/events?gatewayId=${gateway}&limit=1`;
    const { list } = await world.api.send<{ list: { correlationId: string }[] }>('GET', path);
    return `/events/${list[0]?.correlationId}`;
  };
  const row = (page: Page, text: string): Locator => page.getByRole('row').filter({ hasText: text });

  test('a wrong password is answered with a sentence, and the way back leads where one wanted to go', async () => {
    const page = await world.openSignedOut('/fleet/oslo');
    await page.getByLabel('User name').fill('admin');
    await page.getByLabel('Password').fill('a guess');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').filter({ hasText: 'User name or password is wrong.' }).waitFor();
    await keepScreenshot(page, 'sign-in-refused');
    await page.getByLabel('Password').fill(world.stack.credentials.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { level: 1, name: 'oslo' }).waitFor();
    // The session is the tab's: it outlives a reload.
    await page.reload();
    await page.getByRole('heading', { level: 1, name: 'oslo' }).waitFor();
    await page.context().close();
  });

  test('the fleet says first which gateway lacks which artifact, and why', async () => {
    const page = await world.open('/');
    const headline = page.getByRole('region', { name: '2 gateways are not in step' });
    await headline.waitFor();
    const reasons = headline.getByRole('listitem');
    expect(await reasons.count()).toBe(2);
    expect(await reasons.nth(0).innerText()).toMatch(
      /^berlin\s+lacks\s+Weather\s*Needs you.*\n+It refused: it could not process this deployment\. Its own log says what is wrong/s,
    );
    expect(await reasons.nth(1).innerText()).toMatch(
      /^seoul\s+lacks\s+Weather\s*Waits for the gateway.*the gateway is not connected\. It is told as soon as it is back\./s,
    );
    expect(new URL(page.url()).pathname).toBe('/console/fleet');

    await page.getByRole('radio', { name: 'Not connected' }).check();
    await until(() => page.getByRole('grid').getAttribute('aria-rowcount')).toBe('2');
    await row(page, 'seoul').waitFor();
    expect(page.url()).toContain('connected=false');
    await page.getByRole('searchbox').fill('nowhere');
    await page.getByText('No gateway fits these filters').waitFor();
    await page.getByRole('button', { name: 'Show all gateways' }).click();
    await until(() => page.getByRole('grid').getAttribute('aria-rowcount')).toBe('5');
    await page.context().close();
  });

  describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
    test.each([
      ['fleet', '/fleet', 'not in step'],
      ['fleet-filtered', '/fleet?query=nowhere', 'No gateway fits these filters'],
      ['gateway', '/fleet/berlin', 'Refused: could not process it'],
      ['artifacts', '/artifacts', 'Reading List'],
      ['artifacts-filtered', '/artifacts?query=nothing', 'No artifact’s id contains “nothing”'],
      ['artifact', '/artifacts/rest-apis/weather', 'could not process it'],
      ['artifact-nowhere', '/artifacts/rest-apis/reading-list', 'It is on no gateway yet'],
      ['events', '/events', 'Refused: could not process it'],
      ['events-filtered', '/events?actor=nobody', 'No event fits these filters'],
      ['event', () => eventPage('berlin'), 'The gateway has said how it went (ack)'],
      ['overview', '/overview', 'From commit to receipt'],
      ['no-such-gateway', '/fleet/atlantis', "There is no gateway 'atlantis'"],
      ['no-such-event', '/events/none', "The event log has no event 'none'"],
      ['no-such-page', '/somewhere', 'There is nothing at this address'],
    ] as const)('the page %s has nothing that axe finds wrong', async (name, place, text) => {
      const page = await world.open(typeof place === 'string' ? place : await place(), { colorScheme });
      await page.getByText(text).first().waitFor();
      expect(await violationsOf(page)).toEqual([]);
      await keepScreenshot(page, `${name}-${colorScheme}`);

      await page.setViewportSize({ width: 390, height: 844 });
      await keepScreenshot(page, `${name}-${colorScheme}-narrow`);
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
      expect(await violationsOf(page)).toEqual([]);
      await page.context().close();
    });

    test('the sign-in and the dialogs have nothing that axe finds wrong', async () => {
      const signedOut = await world.openSignedOut('/', { colorScheme });
      await signedOut.getByRole('button', { name: 'Sign in' }).waitFor();
      expect(await violationsOf(signedOut)).toEqual([]);
      await keepScreenshot(signedOut, `sign-in-${colorScheme}`);
      await signedOut.context().close();

      const page = await world.open('/artifacts/rest-apis/weather', { colorScheme });
      await page.getByRole('button', { name: 'Deploy …' }).click();
      await page.getByRole('dialog').getByLabel(/^oslo/).waitFor();
      expect(await violationsOf(page)).toEqual([]);
      await keepScreenshot(page, `deploy-dialog-${colorScheme}`);
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await page.getByRole('button', { name: 'Restore on oslo' }).click();
      await page.getByRole('dialog').getByRole('radio').first().waitFor();
      expect(await violationsOf(page)).toEqual([]);
      await keepScreenshot(page, `restore-dialog-${colorScheme}`);
      await page.context().close();
    });
  });

  test('a deployment goes from the click to what every gateway confirmed, and the way back too', async () => {
    const page = await world.open('/artifacts/rest-apis/reading-list');
    await page.getByText('It is on no gateway yet').waitFor();
    await page.getByRole('button', { name: 'Deploy …' }).click();
    const dialog = page.getByRole('dialog');
    for (const gateway of ['oslo', 'lima', 'berlin']) await dialog.getByLabel(new RegExp(`^${gateway}`)).check();
    await dialog.getByRole('button', { name: 'Deploy to 3 gateways' }).click();

    const progress = page.getByRole('region', { name: '1 of 3 gateways refused' });
    await progress.waitFor();
    await progress.getByText('2 confirmed, 1 refused, 0 to go').waitFor();
    await progress.getByText('berlin').waitFor();
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await violationsOf(page)).toEqual([]);
      await keepScreenshot(page, `progress-${colorScheme}`);
    }
    await row(page, 'oslo').getByText('serves it').waitFor();
    expect((await placesOf('reading-list')).map(({ gateway, status }) => `${gateway.id} ${status}`).sort()).toEqual([
      'berlin FAILED',
      'lima DEPLOYED',
      'oslo DEPLOYED',
    ]);

    await page.getByRole('checkbox', { name: 'Select oslo' }).check();
    await page.getByRole('checkbox', { name: 'Select lima' }).check();
    await page.getByRole('button', { name: 'Undeploy 2' }).click();
    await page.getByRole('region', { name: 'Undeployed from 2 gateways' }).waitFor();
    await row(page, 'lima').getByText('does not serve it').waitFor();

    await page.getByRole('button', { name: 'Restore on lima' }).click();
    await dialog.getByRole('radio').first().check();
    await dialog.getByRole('button', { name: 'Restore' }).click();
    await page.getByRole('region', { name: 'Restored on lima' }).waitFor();
    await row(page, 'lima').getByText('serves it', { exact: true }).waitFor();
    await page.context().close();
  });

  test('the keyboard reaches everything: a link past the frame, `/` to the search, arrows in lists, Enter to a page and back', async () => {
    const page = await world.open('/fleet');
    await page.getByRole('row', { name: /berlin/ }).waitFor();
    const focused = () => page.evaluate<string>("document.activeElement.innerText.split('\\n')[0]");

    await page.reload();
    await row(page, 'berlin').waitFor();
    // One begins at the page's heading; the link past the frame comes first of all.
    await until(focused).toBe('Fleet');
    for (let steps = 0; steps < 20 && (await focused()) !== 'Skip to the content'; steps++)
      await page.keyboard.press('Shift+Tab');
    expect(await focused()).toBe('Skip to the content');

    await page.keyboard.press('/');
    await until(() => page.evaluate("document.activeElement.getAttribute('aria-label')")).toBe('Search gateways');
    await page.keyboard.type('o');
    await until(() => page.getByRole('grid').getAttribute('aria-rowcount')).toBe('3');
    await page.keyboard.press('Escape');
    await until(() => page.getByRole('grid').getAttribute('aria-rowcount')).toBe('5');

    await row(page, 'berlin').focus();
    await page.keyboard.press('ArrowDown');
    await until(focused).toContain('lima');
    await page.keyboard.press('End');
    await until(focused).toContain('seoul');
    await page.keyboard.press('ArrowUp');
    await until(focused).toContain('oslo');
    expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'oslo' }).waitFor();
    // A screen reader says where one is.
    await until(focused).toBe('oslo');
    await page.goBack();
    await page.getByRole('heading', { level: 1, name: 'Fleet' }).waitFor();
    await page.context().close();
  });

  test('script in names is text', async () => {
    await world.api.send('POST', '/api/v0.9/gateways', {
      id: 'script',
      displayName: script.slice(0, 64),
      endpoints: ['https://script.example.com'],
      functionalityType: 'regular',
      version: '1.2',
    });
    await world.api.deploy('RestApi', 'weather', 'script');
    const page = await world.open('/fleet');
    for (const place of ['/fleet', '/fleet/script', '/artifacts/rest-apis/weather']) {
      await page.goto(`${world.stack.endpoints.frontDoor}/console${place}`);
      await page.getByText('<img src=x').first().waitFor();
      expect(await page.locator('img').count()).toBe(0);
      expect(await page.title()).not.toBe('taken over');
    }
    await world.api.send('DELETE', '/api/v0.9/gateways/script');
    await page.context().close();
  });

  test('the look that was chosen stays, whatever the system’s is', async () => {
    const page = await world.open('/fleet', { colorScheme: 'light' });
    const ground = () => page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
    const light = await ground();
    await page.getByRole('radio', { name: 'Dark' }).check();
    await until(ground).not.toBe(light);
    const dark = await ground();
    await page.reload();
    await until(ground).toBe(dark);
    await page.context().close();
  });

  test('who watches sees a replica die and its gateways come back on another, without a reload', async () => {
    const page = await world.open('/fleet');
    // Knows one address alone, that of the replica which dies; the others find another one through the front door.
    await row(page, 'berlin')
      .getByText(/^Connected/)
      .waitFor();
    await world.stack.service('ws-edge-1').kill('SIGKILL');
    await row(page, 'berlin').getByText('Not connected').waitFor();
    for (const gateway of ['oslo', 'lima'])
      await row(page, gateway)
        .getByText(/^Connected/)
        .waitFor();
    await keepScreenshot(page, 'replica-killed');

    await world.api.deploy('RestApi', 'reading-list', 'oslo');
    await row(page, 'oslo').getByText('2 of 2').waitFor();
    await world.stack.service('ws-edge-1').start();
    await page.context().close();
  });

  test('while api-service is away the page keeps what it knew and says so, and goes on by itself', async () => {
    const page = await world.open('/events');
    await page.getByText('Live', { exact: true }).waitFor();
    await world.stack.service('api-service-1').kill('SIGKILL');
    await page.getByText('Live', { exact: true }).waitFor({ state: 'detached' });
    await row(page, 'weather').first().waitFor();
    await keepScreenshot(page, 'api-service-away');
    await world.stack.service('api-service-1').start();
    await page.getByText('Live', { exact: true }).waitFor();

    await world.restApi('after');
    await world.api.deploy('RestApi', 'after', 'oslo');
    await row(page, 'after')
      .getByText(/^Deployed in/)
      .waitFor();
    await page.context().close();
  });

  test('after each break of the stream the page is read anew, though events go on where they were: the rest is not told again', async () => {
    const page = await world.openSignedOut('/fleet');
    await page.route(stream, (route) => route.fulfill({ contentType: 'text/event-stream', body: 'id: epoch:7\n\n' }));
    let readings = 0;
    page.on('request', (request) => {
      if (/\/gateway-statuses\?.*limit=100/.test(request.url())) readings += 1;
    });
    await world.signIn(page);
    // At first, when the stream begins, and then each time.
    await until(() => readings).toBeGreaterThan(3);
    await page.context().close();
  });

  test('a session that has ended is renewed over the page, which is live again then', async () => {
    const page = await world.openSignedOut('/events');
    await page.route(stream, (route) => route.fulfill({ status: 401 }));
    await world.signIn(page);
    const dialog = page.getByRole('dialog', { name: 'Your session has ended' });
    await dialog.waitFor();
    await page.getByText('Session ended', { exact: true }).waitFor();
    await page.unroute(stream);
    await dialog.getByLabel('Password').fill(world.stack.credentials.password);
    await dialog.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByText('Live', { exact: true }).waitFor();
    await page.context().close();
  });

  test('what is made appears, and what is deleted while one looks at it is said to be gone', async () => {
    const page = await world.open('/fleet');
    await row(page, 'oslo').waitFor();
    const counted = async () => (await page.waitForRequest('**/organization-status')).response();
    await world.gateway('passing');
    await counted();
    await row(page, 'passing').getByRole('link').click();
    await page.getByRole('heading', { level: 1, name: 'passing' }).waitFor();
    await world.api.send('DELETE', '/api/v0.9/gateways/passing');
    await page.getByRole('region', { name: 'Delivery' }).waitFor({ state: 'detached' });
    await page.getByText("There is no gateway 'passing'.").first().waitFor();

    await page.getByRole('link', { name: 'Artifacts' }).first().click();
    await page.getByRole('link', { name: /^Weather/ }).waitFor();
    await world.restApi('brief', 'Brief');
    await counted();
    await page.getByRole('link', { name: /^Brief/ }).click();
    await page.getByText('It is on no gateway yet').waitFor();
    await world.api.send('DELETE', '/api/v0.9/rest-apis/brief');
    await page.getByRole('button', { name: 'Deploy …' }).waitFor({ state: 'detached' });
    await page.getByText("There is no REST API 'brief'.").waitFor();
    await page.context().close();
  });

  test('gateways that are away keep nobody from being asked about, and what is deleted is not waited for', async () => {
    const away = ['away-1', 'away-2', 'away-3'];
    await Promise.all(away.map(world.gateway));
    await world.restApi('wide', 'Wide');
    const page = await world.openSignedOut('/artifacts/rest-apis/wide');
    // What the stream would tell is found by asking.
    await page.route(stream, (route) => route.abort());
    await world.signIn(page);
    await page.getByRole('button', { name: 'Deploy …' }).click();
    const dialog = page.getByRole('dialog');
    for (const gateway of [...away, 'oslo', 'lima']) await dialog.getByLabel(new RegExp(`^${gateway}`)).check();
    await dialog.getByRole('button', { name: 'Deploy to 5 gateways' }).click();
    await page.getByText('2 confirmed, 0 refused, 3 to go').waitFor();
    for (const gateway of away) await world.api.send('DELETE', `/api/v0.9/gateways/${gateway}`);
    await page.getByText('2 confirmed, 3 refused, 0 to go').waitFor();
    await page.context().close();
  });

  test('a decision whose answer was lost is sent again, and is one decision', async () => {
    await world.restApi('again', 'Again');
    const page = await world.open('/artifacts/rest-apis/again');
    await page.route(
      '**/rest-apis/again/deployments',
      async (route) => {
        await route.fetch();
        await route.abort();
      },
      { times: 1 },
    );
    await page.getByRole('button', { name: 'Deploy …' }).click();
    await page.getByRole('dialog').getByLabel(/^oslo/).check();
    await page.getByRole('button', { name: 'Deploy to 1 gateway' }).click();
    await page.getByRole('region', { name: 'Deployed to oslo' }).waitFor();
    expect(await world.api.send('GET', '/api/v0.9/rest-apis/again/deployments')).toMatchObject({ pagination: { total: 1 } });
    await page.context().close();
  });

  test('what happens while the first page of events is on its way is in the list, with what became of it', async () => {
    await world.restApi('meanwhile', 'Meanwhile');
    const [page, beside] = [await world.open('/fleet'), await world.open('/events')];
    for (const one of [page, beside]) await one.getByText('Live', { exact: true }).waitFor();
    const isThere = (one: Page) =>
      row(one, 'meanwhile')
        .getByText(/^Deployed in/)
        .waitFor();
    await page.route(
      eventPages,
      async (route) => {
        const response = await route.fetch();
        await world.api.deploy('RestApi', 'meanwhile', 'oslo');
        await isThere(beside);
        await route.fulfill({ response });
      },
      { times: 1 },
    );
    await page.getByRole('link', { name: 'Events' }).click();
    await isThere(page);
    for (const one of [page, beside]) await one.context().close();
  });

  test('what happens after the first page of events was read and before the stream begins is in the list', async () => {
    await world.restApi('between', 'Between');
    const page = await world.openSignedOut('/events');
    let begin = () => {};
    const begins = new Promise<void>((resolve) => {
      begin = resolve;
    });
    await page.route(stream, async (route) => {
      await begins;
      await route.continue();
    });
    await world.signIn(page);
    await row(page, 'meanwhile').waitFor();
    await world.api.deploy('RestApi', 'between', 'oslo');
    begin();
    await row(page, 'between')
      .getByText(/^Deployed in/)
      .waitFor();
    await page.context().close();
  });

  test('who may not hear of events is told so, and sees what there is otherwise', async () => {
    const page = await world.openSignedOut('/fleet');
    await page.route(stream, (route) => route.fulfill({ status: 403 }));
    await world.signIn(page);
    await page.getByText('Not live', { exact: true }).waitFor();
    await row(page, 'oslo').waitFor();
    await page.context().close();
  });

  test('events that are far back are looked for again after a failure, and not for an earlier filter', async () => {
    const newest = await world.api.send<object>('GET', '/api/v0.9/events?limit=1');
    const page = await world.open('/fleet');
    // When it begins to hear of events it reads once more.
    await page.getByText('Live', { exact: true }).waitFor();
    let older = 0;
    await page.route(eventPages, async (route) => {
      const { searchParams } = new URL(route.request().url());
      if (searchParams.has('actor')) return route.fulfill({ json: { count: 0, list: [] } });
      if (!searchParams.has('before')) return route.fulfill({ json: { count: 0, list: [], nextBefore: 9 } });
      older += 1;
      if (older === 1) return route.fulfill({ status: 503 });
      if (older === 2) return route.fulfill({ json: { ...newest, nextBefore: 8 } });
      // The third has no answer.
    });
    await page.getByRole('link', { name: 'Events' }).click();
    await page.getByText('Trying again every few seconds.').waitFor();
    await page.getByRole('row').nth(1).waitFor();
    await until(() => older).toBe(3);
    const calledOff = page.waitForEvent('requestfailed', (request) => request.url().includes('before=8'));
    await page.getByLabel('By whom').fill('nobody');
    await page.keyboard.press('Enter');
    await page.getByText('No event fits these filters').waitFor();
    await calledOff;
    await page.context().close();
  });

  test('10,000 gateways are a list that one scrolls through, with few rows in the page', async () => {
    await world.manyGateways(10_000);
    const page = await world.open('/fleet');
    await until(() => page.getByRole('grid').getAttribute('aria-rowcount')).toBe('10005');
    await row(page, 'berlin').focus();
    await page.keyboard.press('End');
    await row(page, 'seoul').getByText('Not connected').waitFor();
    expect(await page.getByRole('row').count()).toBeLessThan(100);
    await page.keyboard.press('Home');
    await row(page, 'berlin').waitFor();
    await page.getByRole('searchbox').fill('many-09999');
    await until(() => page.getByRole('grid').getAttribute('aria-rowcount')).toBe('2');
    await row(page, 'many-09999').waitFor();
    await keepScreenshot(page, 'ten-thousand-gateways');
    await page.context().close();
  });
});

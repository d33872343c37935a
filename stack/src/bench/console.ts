import type { Page } from 'playwright-core';
import { openBrowser } from '../chromium.js';
import type { Stack } from '../stack.js';
import { wait } from './open-bench.js';
import { type Percentiles, percentiles } from './percentiles.js';

export interface ConsoleLoad {
  /** How often each page is opened and each list is used. */
  readonly times: number;
  readonly deploys: number;
  readonly deploysPerSecond: number;
}

/** Milliseconds until something can be read on the page. */
export interface ConsoleTimes {
  /** From the navigation, with the files in the browser's cache, until the first gateway. */
  readonly fleet: Percentiles;
  /** From the key End until the last gateway. */
  readonly lastRow: Percentiles;
  /** From the last letter of a search until the one that fits; the console waits for 200 ms whether more letters come. */
  readonly search: Percentiles;
  /** From an event's commit, by the database's clock, until the next frame after its row was made. */
  readonly commitToVisible: Percentiles;
  /** Events that never came into sight. */
  readonly missed: number;
}

interface Committed {
  readonly revision: number;
  readonly committedAt: string;
}

/**
 * Measures what a person sees in a real Chromium through the front door: a fleet page with many gateways, and events of `deploy` as they
 * happen. `eventsSince` returns those after a revision.
 */
export async function measureConsole(
  { endpoints, credentials }: Stack,
  { times, deploys, deploysPerSecond }: ConsoleLoad,
  deploy: (n: number) => Promise<unknown>,
  eventsSince: (revision: number) => Promise<readonly Committed[]>,
): Promise<ConsoleTimes> {
  const browser = await openBrowser();
  try {
    const context = await browser.newContext({ ignoreHTTPSErrors: true, viewport: { width: 1360, height: 860 } });
    const page = await context.newPage();
    await page.addInitScript(watching);
    await page.goto(`${endpoints.frontDoor}/console/fleet`);
    await page.getByLabel('User name').fill(credentials.username);
    await page.getByLabel('Password').fill(credentials.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('navigation', { name: 'Console' }).waitFor();

    const fleet: number[] = [];
    const lastRow: number[] = [];
    const search: number[] = [];
    for (let n = 0; n < times; n += 1) {
      await page.goto(`${endpoints.frontDoor}/console/fleet`);
      fleet.push(await page.evaluate<number>(`readable('[data-index="0"]')`));
      lastRow.push(await timeOf(page, pressEnd, `[data-index="' + last + '"]`));
      search.push(await timeOf(page, type(`gateway-${1_000 + n}`), '[role=grid][aria-rowcount="2"] [data-index="0"]'));
    }

    await page.goto(`${endpoints.frontDoor}/console/events`);
    await page.getByText('Live', { exact: true }).waitFor();
    const [newest] = await eventsSince(0);
    const before = newest?.revision ?? 0;
    const began = performance.now();
    for (let n = 0; n < deploys; n += 1) {
      await wait(began + (n * 1_000) / deploysPerSecond - performance.now());
      await deploy(n);
    }
    await wait(2_000);
    const seen = await page.evaluate<Readonly<Record<number, number>>>('seenRevisions');
    const committed = await eventsSince(before);
    const visible = committed.flatMap(({ revision, committedAt }) => {
      const atMs = seen[revision];
      return atMs === undefined ? [] : [atMs - Date.parse(committedAt)];
    });
    return {
      fleet: percentiles(fleet),
      lastRow: percentiles(lastRow),
      search: percentiles(search),
      commitToVisible: percentiles(visible),
      missed: committed.length - visible.length,
    };
  } finally {
    await browser.close();
  }
}

/** Returns how long it takes from an action within the page until a row is there. */
async function timeOf(page: Page, action: string, row: string): Promise<number> {
  return page.evaluate<number>(`(async () => {
    const last = document.querySelector('[role=grid]').getAttribute('aria-rowcount') - 2;
    const began = performance.now();
    ${action};
    return (await readable('${row}')) - began;
  })()`);
}

const pressEnd = `document.querySelector('[data-index="0"]').dispatchEvent(new KeyboardEvent('keydown', { key: 'End', bubbles: true }))`;

function type(text: string): string {
  return `(() => {
    const input = document.querySelector('input[type=search]');
    input.value = '${text}';
    input.dispatchEvent(new Event('input', { bubbles: true }));
  })()`;
}

/**
 * Runs in each page before its own script. `readable` resolves with the time, since the navigation, of the next frame in which a row is
 * there with what it says, and gives up after a minute; `seenRevisions` has by revision when the row of an event was first there, in
 * milliseconds since 1970.
 */
const watching = `
  globalThis.seenRevisions = {};
  globalThis.readable = (row) => new Promise((resolve, reject) => {
    const patience = setTimeout(() => reject(new Error('There was no ' + row + ' within 60 s.')), 60_000);
    const look = () => {
      const found = document.querySelector(row);
      if (found && found.getAttribute('aria-busy') !== 'true') {
        clearTimeout(patience);
        resolve(performance.now());
      } else requestAnimationFrame(look);
    };
    look();
  });
  const look = () => {
    for (const { title } of document.querySelectorAll('[role=gridcell] [title*="revision "]')) {
      const revision = title.split('revision ')[1];
      globalThis.seenRevisions[revision] ??= Date.now();
    }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
`;

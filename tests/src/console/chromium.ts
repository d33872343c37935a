import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { projectFolder } from '@gatecast/stack';
import { chromiumAdvice, chromiumProgram } from '@gatecast/stack/chromium';
import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** Where each test leaves what its pages looked like. */
const screenshots = path.join(projectFolder, 'tests/screenshots');

/** Says plainly what was not tested. */
export function sayThatNothingWasTested(): void {
  if (chromiumProgram) return;
  process.stderr.write(`The console was NOT tested. ${chromiumAdvice}\n`);
}

/** Keeps what a page looks like, for people. */
export async function keepScreenshot(page: Page, name: string): Promise<void> {
  mkdirSync(screenshots, { recursive: true });
  await page.screenshot({ path: path.join(screenshots, `${name}.png`) });
}

/** Returns what axe finds wrong with a page, each as `rule: elements`. By the debugger: the page itself runs no foreign script. */
export async function violationsOf(page: Page): Promise<string[]> {
  const debug = await page.context().newCDPSession(page);
  try {
    await debug.send('Runtime.evaluate', { expression: axe.source });
    const { result } = await debug.send('Runtime.evaluate', {
      // Half-way from one colour to another a text may be hard to read.
      expression: `Promise.allSettled(document.getAnimations().filter((one) => one instanceof CSSTransition).map(({ finished }) => finished))
        .then(() => axe.run(document, { resultTypes: ['violations'] })).then(({ violations }) =>
        violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ target }) => target.join(' ')).join(', ')))`,
      awaitPromise: true,
      returnByValue: true,
    });
    if (!Array.isArray(result.value)) throw new Error(`axe did not run: ${result.description}`);
    return result.value as string[];
  } finally {
    await debug.detach();
  }
}

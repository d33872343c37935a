import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const programs = [process.env.CHROMIUM_BIN, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The browser on this machine; undefined: there is none, and what needs one is left out. */
export const chromiumProgram = programs.find((program) => program && existsSync(program));

/** What to do where there is none. */
export const chromiumAdvice = 'There is no Chromium here. Install one (apt-get install chromium) or name it with CHROMIUM_BIN.';

/** Starts the browser. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumProgram as string,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

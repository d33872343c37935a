import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { projectFolder } from '@gatecast/stack';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Api, startApi } from '../api-service/setup.js';

const dist = path.join(projectFolder, 'services/console/dist');
const assets = readdirSync(path.join(dist, 'assets'));
const script = assets.find((name) => name.endsWith('.js')) as string;

let api: Api;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api?.stop());

const get = (place: string, headers: Record<string, string> = {}, method = 'GET') =>
  fetch(api.url + place, { method, headers, redirect: 'manual' });

describe('the console that api-service serves', () => {
  test('is small: 150 KiB compressed, all of it', () => {
    const bytes = ['index.html', ...assets.map((name) => `assets/${name}`)]
      .filter((name) => !name.endsWith('.gz'))
      .map((name) => gzipSync(readFileSync(path.join(dist, name)), { level: 9 }).length)
      .reduce((sum, length) => sum + length, 0);
    expect(bytes).toBeLessThan(150 * 1024);
  });

  test('has no script and no style within its page', () => {
    const page = readFileSync(path.join(dist, 'index.html'), 'utf8');
    expect(page).not.toMatch(/<script(?![^>]* src=)|<style|style=|javascript:|\son\w+=/);
  });

  test('has its place under a slash', async () => {
    const answer = await get('/console');
    expect([answer.status, answer.headers.get('location')]).toEqual([308, '/console/']);
  });

  test.each([
    '/console/',
    '/console/fleet',
    '/console/fleet/gateway.with.dots',
    '/console/artifacts/rest-apis/a%2Fb',
    '/console/?x=1',
  ])('answers %s with its page, which is asked for again each time', async (place) => {
    const answer = await get(place);
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-cache']);
    expect(answer.headers.get('content-type')).toMatch(/^text\/html/);
    expect(await answer.text()).toContain('<div id="app">');
  });

  test('lets nothing run but its own files, and nobody frame it', async () => {
    const { headers } = await get('/console/fleet');
    const policy = headers.get('content-security-policy');
    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|\*|data:|https?:/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('files with a hash are kept for good and come compressed; one that is missing is missing', async () => {
    const answer = await get(`/console/assets/${script}`, { 'accept-encoding': 'gzip' });
    expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(answer.headers.get('content-encoding')).toBe('gzip');
    expect(answer.headers.get('content-type')).toMatch(/javascript/);
    const missing = await get('/console/assets/index-before.js');
    expect([missing.status, await missing.json()]).toEqual([404, expect.objectContaining({ code: 'NOT_FOUND' })]);
  });

  test.each(['/console/.built-from', '/console/..%2f..%2fpackage.json', '/console/%2e%2e/package.json'])(
    'gives nothing away that is not its own: %s',
    async (place) => {
      const text = await (await get(place)).text();
      expect(text).toMatch(/<div id="app">|NOT_FOUND|VALIDATION_FAILED/);
      expect(text).not.toMatch(/"workspaces"|^[0-9a-f]{64}$/);
    },
  );

  test('takes no writes', async () => {
    expect((await get('/console/fleet', {}, 'POST')).status).toBe(404);
  });
});

test('where no console was built, /console says what to do and the API works', async () => {
  const empty = mkdtempSync(path.join(os.tmpdir(), 'gatecast-console-'));
  const bare = await startApi({ CONSOLE_DIR: empty });
  try {
    for (const place of ['/console', '/console/fleet']) {
      const answer = await fetch(bare.url + place);
      expect(answer.status).toBe(404);
      expect(await answer.json()).toMatchObject({
        message: 'The console is not built here: run `npm run build`, or set CONSOLE_DIR to where it is.',
      });
    }
    expect((await bare.ask('GET', '/gateways')).status).toBe(200);
  } finally {
    await bare.stop();
    rmSync(empty, { recursive: true, force: true });
  }
});

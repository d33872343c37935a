import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { projectFolder } from '@gatecast/stack';
import { type Change, judge, mechanisms, preload, prove, type Scenario, scenarios } from '@gatecast/stack/chaos';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

test('every scenario has the mechanism that it proves', () => {
  expect(Object.keys(mechanisms)).toEqual(Object.keys(scenarios));
});

const changes = Object.entries(mechanisms).flatMap(([name, mechanism]) =>
  mechanism.changes.map((change) => ({ name, service: mechanism.service, ...change })),
);

test.each(changes)("$name: what is switched off is once in $service's $file", ({ file, snippet, replacement }) => {
  const code = readFileSync(path.join(projectFolder, file), 'utf8');
  expect(code.split(snippet)).toHaveLength(2);
  expect(code.replace(snippet, () => replacement)).not.toBe(code);
});

test('C11 holds with its mechanism and breaks without', { timeout: 240_000 }, async () => {
  const progress: string[] = [];
  const proof = await prove(scenarios.C11 as Scenario, mechanisms.C11 as (typeof mechanisms)[string], {
    progress: (line) => progress.push(line),
  });
  expect({ ...proof, ...(!proof.isShown && { progress }) }).toEqual({ isShown: true, text: expect.any(String) });
});

describe('a scenario without its mechanism', () => {
  const mechanism = { breaks: 'the last event' };

  test('shows it when what it is there for is broken', () => {
    expect(judge(['everything becomes quiet: no', 'the last event about an artifact takes effect: x'], mechanism).isShown).toBe(
      true,
    );
  });
  test('shows nothing when nothing is broken', () => {
    expect(judge([], mechanism)).toEqual({ isShown: false, text: "'the last event' is not broken; nothing is" });
  });
  test('shows nothing when something else is broken', () => {
    expect(judge(['revisions are gapless: no'], mechanism).isShown).toBe(false);
  });
  test.each(['no process ends by itself: ws-edge-1', 'the gateway serves what is deployed (not within 25 s)'])(
    'shows nothing when this is broken, whatever else is: %s',
    (line) => {
      const lines = [line, 'the last event about an artifact takes effect: x'];
      expect(judge(lines, mechanism).isShown).toBe(false);
    },
  );
});

describe('a process that is started', () => {
  const module = (name: string) => `file://${path.join(projectFolder, 'stack/dist/chaos', name)}`;
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'gatecast-mechanisms-'));
    writeFileSync(path.join(folder, 'package.json'), '{"type":"module"}');
    writeFileSync(path.join(folder, 'answer.js'), "export const answer = 'on'; export const again = answer;\n");
    writeFileSync(path.join(folder, 'main.js'), "import { answer } from './answer.js'; console.log(answer);\n");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const runWithout = (change: Pick<Change, 'snippet' | 'replacement'>) =>
    spawnSync(process.execPath, [path.join(folder, 'main.js')], {
      encoding: 'utf8',
      env: { ...process.env, ...preload(module('switch-off.js'), [{ file: path.join(folder, 'answer.js'), ...change }]) },
    });

  test('runs the changed code, and says so', () => {
    const { status, stdout, stderr } = runWithout({ snippet: "'on'", replacement: '"$& 100% \\"off\\""' });
    expect({ status, stdout }).toEqual({ status: 0, stdout: '$& 100% "off"\n' });
    expect(stderr).toContain(`switched off in ${path.join(folder, 'answer.js')}`);
  });
  test('does not start when there is nothing to change', () => {
    const { status, stdout, stderr } = runWithout({ snippet: "'no such text'", replacement: "'off'" });
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain('has this 0 times and not once');
  });
  test('does not start when it is not clear what to change', () => {
    const { status, stdout, stderr } = runWithout({ snippet: 'answer', replacement: 'reply' });
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain('has this 2 times and not once');
  });

  test('with a wrong clock reads another time everywhere, and everything else about dates is as ever', () => {
    writeFileSync(
      path.join(folder, 'main.js'),
      `console.log(JSON.stringify({
        now: Date.now(),
        made: new Date().getTime(),
        called: Date.parse(Date()),
        precise: performance.timeOrigin + performance.now(),
        given: new Date(5).getTime(),
        parts: new Date(2026, 0, 2).getDate(),
        isDate: new Date() instanceof Date && Object.prototype.toString.call(new Date()) === '[object Date]',
        isSub: new (class extends Date { two() { return 2; } })().two(),
      }));\n`,
    );
    const before = Date.now();
    const { stdout } = spawnSync(process.execPath, [path.join(folder, 'main.js')], {
      encoding: 'utf8',
      env: { ...process.env, ...preload(module('wrong-clock.js'), -86_400) },
    });
    const after = Date.now();
    const { now, made, called, precise, ...same } = JSON.parse(stdout) as Record<string, number>;
    for (const time of [now, made, called, precise]) {
      // `Date()` tells whole seconds.
      expect(time).toBeGreaterThanOrEqual(before - 86_400_000 - 1_000);
      expect(time).toBeLessThanOrEqual(after - 86_400_000 + 1_000);
    }
    expect(same).toEqual({ given: 5, parts: 2, isDate: true, isSub: 2 });
  });
});

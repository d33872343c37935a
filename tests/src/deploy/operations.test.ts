import { readFileSync } from 'node:fs';
import path from 'node:path';
import { projectFolder } from '@gatecast/stack';
import { describe, expect, test } from 'vitest';
import { commonSettingNames, type Service, settingsOf } from './settings.js';

const document = readFileSync(path.join(projectFolder, 'docs/operations.md'), 'utf8');

/** The settings in the tables under some headings. */
function documented(...headings: string[]): string[] {
  return headings.flatMap((heading) => {
    const [, section] = new RegExp(`^### ${heading}\n(.*?)(?=^##|(?![^]))`, 'ms').exec(document) ?? [];
    if (section === undefined) throw new Error(`docs/operations.md has no section '${heading}'.`);
    return [...section.matchAll(/^\| `([A-Z_0-9]+)` \|/gm)].map(([, name]) => name as string);
  });
}

describe('the settings in docs/operations.md', () => {
  test('are those that every service has', () => {
    expect(documented('Every service').sort()).toEqual([...commonSettingNames].sort());
  });

  test.each<[Service, string[]]>([
    ['api-service', ['api-service and artifacts-service', 'Traces', 'api-service']],
    ['artifacts-service', ['api-service and artifacts-service', 'Traces']],
    ['ws-edge', ['Traces', 'ws-edge']],
    ['front-door', ['front-door']],
    ['gateway-agent', ['Traces', 'gateway-agent']],
    ['migrations', ['migrations']],
  ])('are those that %s reads', (service, headings) => {
    const own = settingsOf[service].filter((name) => !commonSettingNames.includes(name));
    expect(own.length).toBeGreaterThan(0);
    expect(documented(...headings).sort()).toEqual([...new Set(own)].sort());
  });
});

test('the metrics that docs/operations.md names are in the code', async () => {
  const named = new Set(document.match(/gatecast_[a-z_]+/g));
  expect(named.size).toBeGreaterThan(3);
  const files = ['api-service', 'artifacts-service', 'ws-edge'].map((service) => `services/${service}/src/metrics.ts`);
  const code = [...files, 'libs/service-kit/src/dependency-metrics.ts']
    .map((file) => readFileSync(path.join(projectFolder, file), 'utf8'))
    .join('\n');
  expect([...named].filter((name) => !code.includes(`'${name}'`))).toEqual([]);
});

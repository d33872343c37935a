import { readFileSync } from 'node:fs';
import path from 'node:path';
import { projectFolder } from '@gatecast/stack';

/** Names of settings by what a file adds: `...commonSettings` of service-kit, or the file's own. */
function namesIn(file: string): string[] {
  const text = readFileSync(path.join(projectFolder, file), 'utf8');
  return [...text.matchAll(/^ {2,4}([A-Z][A-Z0-9_]+): /gm)].map(([, name]) => name as string);
}

const common = namesIn('libs/service-kit/src/common-settings.ts');
const processWide = common.filter((name) => name !== 'HOST' && name !== 'PORT');
const sealing = namesIn('libs/service-kit/src/sealing.ts');
const traces = namesIn('libs/service-kit/src/traces.ts');

/** What each service reads from its environment, as its own code has it. */
export const settingsOf = {
  'api-service': [...common, ...sealing, ...traces, ...namesIn('services/api-service/src/environment.ts')],
  'artifacts-service': [...common, ...sealing, ...traces, ...namesIn('services/artifacts-service/src/environment.ts')],
  'ws-edge': [...common, ...traces, ...namesIn('services/ws-edge/src/environment.ts')],
  'front-door': [...common, ...namesIn('services/front-door/src/environment.ts')],
  'gateway-agent': [...common, ...traces, ...namesIn('services/gateway-agent/src/environment.ts')],
  migrations: [...processWide, ...namesIn('services/migrations/src/environment.ts')],
} as const;

export type Service = keyof typeof settingsOf;
export { common as commonSettingNames };

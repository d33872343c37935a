import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Ports } from './ports.js';
import { projectFolder } from './project-folder.js';
import type { SecureClient } from './secure-client.js';
import type { ServiceName, StackPlan } from './stack-options.js';
import { type SupervisedProcess, supervise } from './supervised-process.js';

/** A service has this long for its teardown; a little later it is killed. */
const graceMs = 8_000;

/** Makes the handle of one process of a service. */
type MakeService = (
  service: ServiceName,
  name: string,
  port: number,
  settings: Readonly<Record<string, string>>,
) => SupervisedProcess;

/** Returns a function that makes the handle of one process of a service. */
export function serviceMaker(
  plan: Pick<StackPlan, 'logLevel' | 'settings' | 'progress'>,
  logs: string,
  client: Pick<SecureClient, 'ask'>,
): MakeService {
  return (service, name, port, settings) => {
    const url = service === 'front-door' ? `https://localhost:${port}` : `http://127.0.0.1:${port}`;
    return supervise(
      {
        name,
        url,
        command: {
          program: process.execPath,
          args: [path.join(projectFolder, 'services', service, 'dist/index.js')],
          runAs: undefined,
        },
        environment: {
          ...process.env,
          LOG_LEVEL: plan.logLevel,
          SHUTDOWN_GRACE_MS: String(graceMs),
          ...settings,
          ...plan.settings[service],
          ...plan.settings[name],
          // A shell's own idea of it would be another one than the one that is asked below.
          HOST: '127.0.0.1',
          PORT: String(port),
          EXIT_WITH_PARENT: 'true',
        },
        logFile: path.join(logs, `${name}.log`),
        stopSignal: 'SIGTERM',
        stopTimeoutMs: graceMs + 2_000,
        // One that ends says so at once; one that starts with many others on a busy machine takes its time.
        startTimeoutMs: 120_000,
        async ready() {
          const { status, text } = await client.ask(`${url}/readyz`);
          if (status !== 200) throw new Error(`/readyz answers ${status} ${text}`);
        },
      },
      plan.progress,
    );
  };
}

export interface GatewayOptions {
  readonly name: string;
  readonly token: string;
  /** Further settings (environment variables). */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface GatewayStarterOptions {
  readonly make: MakeService;
  readonly ports: Ports;
  /** Stores go to `gateways` in here. */
  readonly dataFolder: string;
  readonly controlPlaneUrl: string;
  readonly caFile: string;
  /** Gets what is started, before it is. */
  readonly started: SupervisedProcess[];
}

/** Returns a function that starts a gateway agent of ours, and resolves when it is ready. */
export function gatewayStarter({ make, ports, dataFolder, controlPlaneUrl, caFile, started }: GatewayStarterOptions) {
  return async ({ name, token, settings = {} }: GatewayOptions): Promise<SupervisedProcess> => {
    const store = path.join(dataFolder, 'gateways', name);
    mkdirSync(store, { recursive: true });
    const gateway = make('gateway-agent', `gateway-${name}`, await ports.choose(`gateway-${name}`), {
      CONTROL_PLANE_URL: controlPlaneUrl,
      CONTROL_PLANE_CA_FILE: caFile,
      GATEWAY_TOKEN: token,
      DATA_DIR: store,
      ...settings,
    });
    started.push(gateway);
    await gateway.start();
    return gateway;
  };
}

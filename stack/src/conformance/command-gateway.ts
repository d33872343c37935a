import { execFile } from 'node:child_process';
import {
  type GatewayAdapter,
  type GatewaySetup,
  type GatewayUnderTest,
  type HeldArtifact,
  NotSupported,
} from './gateway-under-test.js';

/** How long a command may take. */
const commandMsMax = 60_000;
/** Exit code of a command that the gateway has no way to do. */
const notSupportedCode = 3;

/**
 * Returns the adapter of a gateway that is driven by a program: `FILE start`, `stop`, `artifact ID`, `keys ID` and more, with the
 * set-up in environment variables and JSON on standard output. The protocol is in docs/conformance.md.
 */
export function commandGateways(file: string): GatewayAdapter {
  return { title: file, isAgent: false, make: async (setup) => driven(file, setup) };
}

function driven(file: string, setup: GatewaySetup): GatewayUnderTest {
  const environment = {
    ...process.env,
    GATEWAY_NAME: setup.name,
    GATEWAY_FOLDER: setup.folder,
    GATEWAY_TOKEN: setup.token,
    GATEWAY_ON_PREMISES: String(setup.onPremises),
    CONTROL_PLANE_URL: setup.controlPlaneUrl,
    CONTROL_PLANE_HOST: new URL(setup.controlPlaneUrl).host,
    CONTROL_PLANE_CA_FILE: setup.caFile,
  };

  function run(...args: string[]): Promise<string> {
    return new Promise((resolve, reject) => {
      execFile(file, args, { env: environment, timeout: commandMsMax, cwd: setup.folder }, (error, stdout, stderr) => {
        if (!error) return resolve(stdout);
        const what = `${file} ${args.join(' ')}`;
        const isUnsupported = error.code === notSupportedCode;
        reject(
          isUnsupported
            ? new NotSupported(`the gateway has no '${args[0]}'`)
            : new Error(`${what}: ${stderr.trim() || error.message}`),
        );
      });
    });
  }

  async function ask<T>(isAnswer: (value: unknown) => boolean, ...args: string[]): Promise<T> {
    const text = await run(...args);
    try {
      const value: unknown = JSON.parse(text);
      if (isAnswer(value)) return value as T;
    } catch {
      // Said below.
    }
    throw new Error(`${file} ${args.join(' ')}: not the JSON that is due: ${text.slice(0, 200)}`);
  }

  return {
    start: async () => void (await run('start')),
    stop: async () => void (await run('stop')),
    artifact: async (id) => (await ask<HeldArtifact | null>(isHeldOrNull, 'artifact', id)) ?? undefined,
    keys: (id) => ask(isTexts, 'keys', id),
    subscriptions: (id) => ask(isTexts, 'subscriptions', id),
    content: async (id) =>
      (await ask<string | null>((value) => value === null || typeof value === 'string', 'content', id)) ?? undefined,
    hasLogged: (note, id) => ask((value) => typeof value === 'boolean', 'has-logged', note, id),
    plantKey: async (id, name) => void (await run('plant-key', id, name)),
    breakStore: async () => void (await run('break-store')),
    mendStore: async () => void (await run('mend-store')),
  };
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function isHeldOrNull(value: unknown): boolean {
  if (value === null) return true;
  const { state, deploymentId } = value as Partial<HeldArtifact>;
  return (state === 'DEPLOYED' || state === 'UNDEPLOYED') && typeof deploymentId === 'string';
}

import { createLogger, type Logger } from './logging.js';
import { type Metrics, openMetrics } from './metrics.js';
import { SettingsError } from './settings.js';

/** Where a process stands. It only ever moves to the right. */
export type ServiceState = 'STARTING' | 'RUNNING' | 'DRAINING' | 'STOPPED';

export interface Service {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly state: ServiceState;
  /** Registers one step of the teardown. Steps run in the reverse order of their registration, each once. */
  onStop(step: string, run: () => unknown): void;
  /** Starts the teardown, whatever the reason; later calls join the first. Ends the process. */
  stop(reason: string, exitCode?: number): Promise<void>;
}

export interface ServiceSettings {
  readonly LOG_LEVEL: string;
  /** How long the teardown may take in all before the process ends regardless. */
  readonly SHUTDOWN_GRACE_MS: number;
  /** End when standard input closes, that is when the process that started this one is gone. */
  readonly EXIT_WITH_PARENT: boolean;
}

/**
 * Runs a service to its end: reads its settings, starts it, and tears it down exactly once on every way out: a signal, a failed
 * start, a lost dependency, an error that nobody caught, a parent that is gone. Exit code 0 after a signal, 1 otherwise.
 */
export async function runService<S extends ServiceSettings>(
  name: string,
  settingsOf: (environment: NodeJS.ProcessEnv) => S,
  start: (service: Service, settings: S) => Promise<void>,
): Promise<void> {
  let settings: S;
  try {
    settings = settingsOf(process.env);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    process.stderr.write(`${name}: ${error.message}\n`);
    process.exitCode = 1;
    return;
  }

  const logger = createLogger(name, settings.LOG_LEVEL);
  const steps: { step: string; run: () => unknown }[] = [];
  let state: ServiceState = 'STARTING';
  let stopping: Promise<void> | undefined;

  const tearDown = async (reason: string, exitCode: number) => {
    state = 'DRAINING';
    logger.info({ reason }, 'stopping');
    const overdue = setTimeout(() => {
      logger.error({ graceMs: settings.SHUTDOWN_GRACE_MS }, 'teardown took too long');
      process.exit(1);
    }, settings.SHUTDOWN_GRACE_MS);
    for (let step = steps.pop(); step; step = steps.pop()) {
      try {
        await step.run();
      } catch (error) {
        logger.error({ err: error, step: step.step }, 'teardown step failed');
      }
    }
    clearTimeout(overdue);
    state = 'STOPPED';
    logger.info('stopped');
    process.exit(exitCode);
  };
  const stop = (reason: string, exitCode = 1) => (stopping ??= tearDown(reason, exitCode));

  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop(signal, 0));
  process.on('uncaughtException', (error) => {
    logger.fatal({ err: error }, 'uncaught error');
    void stop('uncaught error');
  });
  process.on('unhandledRejection', (error) => {
    logger.fatal({ err: error }, 'unhandled rejection');
    void stop('unhandled rejection');
  });
  if (settings.EXIT_WITH_PARENT) {
    process.stdin
      .on('end', () => void stop('parent is gone', 0))
      .on('error', () => void stop('parent is gone', 0))
      .resume();
  }

  try {
    const service: Service = {
      logger,
      metrics: openMetrics(),
      get state() {
        return state;
      },
      onStop: (step, run) => steps.push({ step, run }),
      stop,
    };
    await start(service, settings);
    if (state === 'STARTING') state = 'RUNNING';
  } catch (error) {
    if (stopping) return;
    logger.fatal({ err: error }, 'start failed');
    await stop('start failed');
  }
}

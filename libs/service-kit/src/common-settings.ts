import { durationMs, flag, logLevel, portNumber, text } from './settings.js';

/** The settings that every process has. */
export const processSettings = {
  LOG_LEVEL: logLevel(),
  SHUTDOWN_GRACE_MS: durationMs({ default: 10_000 }),
  EXIT_WITH_PARENT: flag({ default: false }),
};

/** The settings that every service has. */
export const commonSettings = {
  ...processSettings,
  HOST: text({ default: '127.0.0.1' }),
  PORT: portNumber(),
};

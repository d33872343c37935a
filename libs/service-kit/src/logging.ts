import { type Logger, pino } from 'pino';

export type { Logger };

/**
 * Creates a service's logger: one JSON line per message on standard output, with `service` on each. Tokens, passwords and
 * authorization headers are removed wherever a caller may pass a whole request.
 */
export function createLogger(service: string, level: string): Logger {
  return pino(
    {
      level,
      base: { service, pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: ['req.headers.authorization', 'req.headers["api-key"]', '*.password', '*.token'], remove: true },
    },
    // Line by line: what pino holds back it writes at the exit, and there it tries for ever when nobody reads its pipe any more.
    pino.destination({ dest: 1, sync: true }),
  );
}

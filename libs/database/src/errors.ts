/**
 * What PostgreSQL said, whether it came by raw SQL or through Prisma, which wraps it. Prisma's own codes (`P…`) are needed only
 * where no server answered.
 */

/** Whether an error says that a unique constraint was violated; `constraint` narrows it to one by a part of its name. */
export function isUniqueViolation(error: unknown, constraint = ''): boolean {
  return sqlStateOf(error) === '23505' && constraintOf(error).includes(constraint);
}

/** Whether an error says that a row is still referred to, or that a referred row is gone. */
export function isForeignKeyViolation(error: unknown, constraint = ''): boolean {
  return foreignKeyStates.includes(sqlStateOf(error)) && constraintOf(error).includes(constraint);
}

/** PostgreSQL 18 gives a RESTRICT a state of its own. */
const foreignKeyStates = ['23503', '23001'];

/** Whether an error says that the database lacks a table or column: it is not migrated as far as this version. */
export function isUndefinedTable(error: unknown): boolean {
  return ['42P01', '42703'].includes(sqlStateOf(error));
}

/**
 * Whether an error says that the database could not be asked, or could not finish: the same request may succeed later. The
 * transaction was rolled back, or it is unknown whether it was committed.
 */
export function isUnavailable(error: unknown): boolean {
  return (
    unavailableStates.test(sqlStateOf(error)) ||
    ['P1001', 'P1002', 'P1008', 'P1017', 'P2024'].includes(codeOf(error)) ||
    networkCodes.has(codeOf(error)) ||
    (error instanceof Error && poolMessages.test(error.message))
  );
}

/** The server is a standby. Its code is that of a write on one. */
export class StandbyError extends Error {
  override readonly name = 'StandbyError';
  readonly code = '25006';
  constructor() {
    super('the server is a standby: DATABASE_URL must lead to the primary');
  }
}

/** Whether a connection's plan of a statement dates from before a migration changed the columns: another connection plans anew. */
export function isOutdatedPlan(error: unknown): error is Error {
  return sqlStateOf(error) === '0A000';
}

/** Whether the server ended a transaction because it and others waited for each other: it is rolled back. */
export function isDeadlock(error: unknown): boolean {
  return sqlStateOf(error) === '40P01';
}

/** Outdated plans, connections, resources, shutdown, time-outs, deadlocks, a standby that only reads, a disk that fails. */
const unavailableStates = /^(0A000|08...|53...|57P0.|57014|40001|40P01|55P03|55000|25006|58...)$/;
const networkCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'ETIMEDOUT',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);
/** The pool and the client give these errors no code. */
const poolMessages = /timeout exceeded when trying to connect|Connection terminated|connection error and is not queryable/;

interface DriverCause {
  readonly originalCode?: string;
  readonly constraint?: { readonly index?: string; readonly fields?: readonly string[] };
}

function sqlStateOf(error: unknown): string {
  const code = driverCauseOf(error)?.originalCode ?? codeOf(error);
  return /^[0-9A-Z]{5}$/.test(code) ? code : '';
}

function constraintOf(error: unknown): string {
  const wrapped = driverCauseOf(error)?.constraint;
  return wrapped?.index ?? wrapped?.fields?.join('_') ?? String((error as { constraint?: unknown }).constraint ?? '');
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}

function driverCauseOf(error: unknown): DriverCause | undefined {
  const { meta } = (error ?? {}) as { meta?: { driverAdapterError?: { cause?: DriverCause } } };
  return meta?.driverAdapterError?.cause;
}

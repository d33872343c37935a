/** Whether an error says that a unique constraint was violated; `constraint` narrows it to one by a part of its name. */
export function isUniqueViolation(error: unknown, constraint = ''): boolean {
  return hasSqlState(error, '23505', constraint) || prismaUnique(error, constraint);
}

/** Whether an error says that a row is still referred to, or that a referred row is gone. */
export function isForeignKeyViolation(error: unknown, constraint = ''): boolean {
  return hasSqlState(error, '23503', constraint) || (hasCode(error) && error.code === 'P2003');
}

function hasSqlState(error: unknown, state: string, constraint: string): boolean {
  return hasCode(error) && error.code === state && String(error.constraint ?? '').includes(constraint);
}

function prismaUnique(error: unknown, constraint: string): boolean {
  return hasCode(error) && error.code === 'P2002' && JSON.stringify(error.meta ?? '').includes(constraint);
}

function hasCode(error: unknown): error is { code: string; constraint?: string; meta?: unknown } {
  return typeof error === 'object' && error !== null && 'code' in error;
}

const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** Whether a text is a UUID in its usual spelling; the database would accept more spellings and fail on the rest. */
export function isUuid(text: string): boolean {
  return uuid.test(text);
}

type Write = (fields: object, message: string) => void;

/** What this library needs of a logger; a pino logger fits. Messages are constant, what varies is in the fields. */
export interface Log {
  readonly info: Write;
  readonly warn: Write;
  readonly error: Write;
}

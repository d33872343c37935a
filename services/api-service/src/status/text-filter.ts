import { type Sql, sql } from '@gatecast/database';

/** The condition that a row with a handle and a display name, under `alias`, contains a text in either, whatever the case. */
export const idOrNameContains = (alias: Sql, text: string) =>
  sql`strpos(lower(${alias}.handle || ' ' || ${alias}.display_name), ${text.toLowerCase()}) > 0`;

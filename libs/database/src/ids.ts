import { v7 } from 'uuid';

/** Returns a new id: a UUID whose order is the order of its making (version 7), as the management API's ids are. */
export function newId(): string {
  return v7();
}

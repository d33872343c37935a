import type { Kind } from '@gatecast/contracts';
import { kinds, kindTraits } from '@gatecast/contracts/kinds';

/** Returns the kind whose artifacts the API has under this collection. */
export function kindOfCollection(collection: string): Kind | undefined {
  return kinds.find((traits) => traits.collection === collection)?.kind;
}

/** Returns how people read a kind: `REST API`. */
export function kindTitle(kind: Kind): string {
  return kindTraits(kind).title;
}

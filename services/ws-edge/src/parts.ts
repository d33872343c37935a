/** A message of so many events, connections or the like is far below the broker's limit. */
const inOneMax = 2_000;

/** Returns a list in parts, each of which fits in one message; an empty list has none. */
export function partsOf<T>(list: readonly T[]): (readonly T[])[] {
  const parts = [];
  for (let from = 0; from < list.length; from += inOneMax) parts.push(list.slice(from, from + inOneMax));
  return parts;
}

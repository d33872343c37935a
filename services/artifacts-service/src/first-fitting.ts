/** Returns as many of the first items as are not larger than `sizeMax` together, at least one if there is any. */
export function firstFitting<T>(items: readonly T[], sizeOf: (item: T) => number, sizeMax: number): readonly T[] {
  let total = 0;
  const end = items.findIndex((item) => {
    total += sizeOf(item);
    return total > sizeMax;
  });
  return end === -1 ? items : items.slice(0, Math.max(1, end));
}

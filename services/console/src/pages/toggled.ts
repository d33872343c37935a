/** Returns a selection without what was in it, or with what was not. */
export function toggled<Value>(selection: ReadonlyMap<string, Value>, key: string, value: Value): ReadonlyMap<string, Value> {
  const next = new Map(selection);
  if (!next.delete(key)) next.set(key, value);
  return next;
}

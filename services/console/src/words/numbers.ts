const numbers = new Intl.NumberFormat('en');

/** Returns a number with its thousands apart: `10,000`. */
export function numberText(value: number): string {
  return numbers.format(value);
}

/** Returns a count with its noun: `1 gateway`, `2 gateways`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${numberText(count)} ${count === 1 ? one : many}`;
}

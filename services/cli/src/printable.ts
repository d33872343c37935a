// Whatever moves the cursor, changes colours or titles, or turns the reading direction around: C0, DEL, C1, and Unicode's own.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what this is about.
const control = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Returns text as a terminal may show it: what would steer the terminal is written as `\u001b` and the like. */
export function printable(text: string): string {
  return text.replace(control, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Returns a value as JSON that is the same for every reader and steers no terminal. */
export function printableJson(value: unknown, indent: number): string {
  // Outside of strings JSON has no character of these but the line ends of its indentation, and inside \u means the same.
  return JSON.stringify(value, null, indent).split('\n').map(printable).join('\n');
}

/**
 * Returns the settings with which a Node.js process runs one of our modules before anything of its own. `data` travels in the
 * module's URL, where `preloadData` finds it. What the caller's own NODE_OPTIONS say stays in force.
 */
export function preload(moduleUrl: string, data: unknown): Readonly<Record<string, string>> {
  const url = new URL(moduleUrl);
  url.search = encodeURIComponent(JSON.stringify(data));
  return { NODE_OPTIONS: [process.env.NODE_OPTIONS, `--import=${url.href}`].filter(Boolean).join(' ') };
}

/** Returns what `preload` was given, to the module whose `import.meta.url` is `url`. */
export function preloadData<T>(url: string): T {
  return JSON.parse(decodeURIComponent(new URL(url).search.slice(1))) as T;
}

/** One page of a list, as the API answers it. */
interface PageOf<Item> {
  readonly list: readonly Item[];
  readonly pagination: { readonly total: number };
}

/** The most that the API gives at once. */
const pageMax = 100;

/** Reads a list from its beginning, page by page: at most `max` items, and how many there are. */
export async function readList<Item>(
  max: number,
  page: (query: { readonly limit: number; readonly offset: number }) => Promise<PageOf<Item>>,
): Promise<{ readonly items: readonly Item[]; readonly total: number }> {
  const items: Item[] = [];
  for (;;) {
    const { list, pagination } = await page({ limit: Math.min(pageMax, max - items.length), offset: items.length });
    items.push(...list);
    if (list.length === 0 || items.length >= max || items.length >= pagination.total) return { items, total: pagination.total };
  }
}

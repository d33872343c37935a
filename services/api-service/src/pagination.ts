import { oneOf } from '@gatecast/contracts';
import { type TSchema, Type } from 'typebox';

const limitDefault = 20;
const limitMax = 100;
const offsetMax = 2 ** 31 - 1;

/** Query parameters of every list (management API 5.1). What is out of range is brought into it, never refused. */
export const pageQuery = {
  limit: Type.Optional(Type.Integer({ default: limitDefault, description: `From 1 to ${limitMax}; brought into this range.` })),
  offset: Type.Optional(Type.Integer({ default: 0, description: 'How many to leave out from the beginning.' })),
};

/** Query parameters of lists that can be sorted and searched. */
export const sortQuery = {
  sortBy: Type.Optional(oneOf(['name', 'createdAt'], { default: 'createdAt', description: 'name: the display name.' })),
  sortOrder: Type.Optional(oneOf(['asc', 'desc'], { default: 'desc' })),
  query: Type.Optional(Type.String({ maxLength: 100, description: 'Only those whose id contains this.' })),
};

export interface Page {
  readonly limit: number;
  readonly offset: number;
}

/** What a list is asked for. */
export interface ListQuery {
  readonly limit?: number;
  readonly offset?: number;
  readonly sortBy?: 'name' | 'createdAt';
  readonly sortOrder?: 'asc' | 'desc';
  readonly query?: string;
}

/** Part of a list, and how long the whole is. */
export interface Listed<Item> {
  readonly items: readonly Item[];
  readonly total: number;
}

/** Returns the page that a query asks for, within the limits. */
export function pageOf({ limit = limitDefault, offset = 0 }: Pick<ListQuery, 'limit' | 'offset'>): Page {
  return { limit: clamp(limit, 1, limitMax), offset: clamp(offset, 0, offsetMax) };
}

/** Returns Prisma's words for a query: which, in what order, from where. The id breaks ties, so that pages never overlap. */
export function findOptions(query: ListQuery) {
  const { limit, offset } = pageOf(query);
  const direction = query.sortOrder ?? 'desc';
  return {
    // Prisma leaves LIKE's wildcards as they are.
    matching: query.query ? { handle: { contains: query.query.replace(/[\\%_]/g, '\\$&') } } : {},
    page: {
      orderBy: [query.sortBy === 'name' ? { displayName: direction } : { createdAt: direction }, { id: direction }],
      take: limit,
      skip: offset,
    },
  };
}

/** The envelope of every list. */
export const ListOf = <Item extends TSchema>(item: Item) =>
  Type.Object({
    count: Type.Integer({ description: 'How many are in this answer.' }),
    list: Type.Array(item),
    pagination: Type.Object({ total: Type.Integer(), offset: Type.Integer(), limit: Type.Integer() }),
  });

/** Returns the envelope of a list. */
export function listBody<Item, Body>(
  { items, total }: Listed<Item>,
  query: Pick<ListQuery, 'limit' | 'offset'>,
  toBody: (item: Item) => Body,
) {
  return { count: items.length, list: items.map(toBody), pagination: { total, ...pageOf(query) } };
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(Math.max(value, min), max);
}

import type { ListOf } from '@gatecast/api-client';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { useSession } from '../session/session-context.js';
import type { ApiError, Query } from './client.js';
import { useRounds } from './use-rounds.js';

/** A long list of which only the pages that are looked at are read. */
export interface Pages<Item> {
  /** Undefined until the first answer. */
  readonly total: number | undefined;
  readonly error: ApiError | undefined;
  /** Undefined while its page is on the way. */
  readonly at: (index: number) => Item | undefined;
  /** Says which part is looked at now; the last is not part of it. */
  readonly show: (from: number, to: number) => void;
  /** Reads anew what is looked at; the rest when it is. */
  readonly reload: () => void;
  /** Changes items that are there, until they are read again. */
  readonly change: (changed: (item: Item) => Item) => void;
}

const pageSize = 100;

interface State<Item> {
  readonly total: number | undefined;
  readonly error: ApiError | undefined;
  readonly pages: ReadonlyMap<number, readonly Item[]>;
}

const nothing = { total: undefined, error: undefined, pages: new Map() };

/** Reads a list of the API by pages. Another path or query is another list, whose first answer takes the old one's place. */
export function usePages<Item>(path: string, query: Query): Pages<Item> {
  const { api } = useSession();
  const [state, setState] = useState<State<Item>>(nothing);
  const { round, again, failed, callOff } = useRounds();
  const [range, setRange] = useState({ first: 0, last: 0 });
  const fresh = useRef(new Set<number>());
  const key = `${path} ${JSON.stringify(query)}`;
  const list = useRef(key);

  // `key` stands for path and query.
  useEffect(() => {
    if (list.current !== key) {
      list.current = key;
      fresh.current.clear();
    }
    const abort = new AbortController();
    for (let page = range.first; page <= range.last; page += 1) {
      if (fresh.current.has(page)) continue;
      api.get<ListOf<Item>>(path, { ...query, limit: pageSize, offset: page * pageSize }, abort.signal).then(
        ({ list: items, pagination: { total } }) => {
          if (abort.signal.aborted) return;
          // The first answer for another list, or after a reload, ends what was there before it.
          const keep = fresh.current.size > 0;
          fresh.current.add(page);
          setState(({ pages }) => {
            const kept = [...pages].filter(
              ([number]) => keep || (number >= range.first && number <= range.last && list.current === key),
            );
            return { total, error: undefined, pages: new Map([...kept, [page, items]]) };
          });
        },
        (cause: unknown) => {
          if (abort.signal.aborted) return;
          const error = failed(cause);
          setState((old) => ({ ...old, error }));
        },
      );
    }
    return () => {
      abort.abort();
      callOff();
    };
  }, [api, key, round, range.first, range.last]);

  return {
    total: state.total,
    error: state.error,
    at: (index) => state.pages.get(Math.floor(index / pageSize))?.[index % pageSize],
    show: useCallback((from, to) => {
      const first = Math.floor(from / pageSize);
      const last = Math.floor(Math.max(from, to - 1) / pageSize);
      setRange((old) => (old.first === first && old.last === last ? old : { first, last }));
    }, []),
    reload: useCallback(() => {
      fresh.current.clear();
      again();
    }, [again]),
    change: useCallback((changed) => {
      setState((old) => ({ ...old, pages: new Map([...old.pages].map(([page, items]) => [page, items.map(changed)])) }));
    }, []),
  };
}

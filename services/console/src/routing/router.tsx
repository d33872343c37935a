import type { ComponentChildren } from 'preact';
import { createContext } from 'preact';
import { useCallback, useContext, useEffect, useMemo, useState } from 'preact/hooks';

const base = '/console';

/** Where in the console we are. */
export interface Address {
  /** Below `/console`, decoded part by part: `['fleet', 'gateway-1']`. */
  readonly parts: readonly string[];
  readonly query: URLSearchParams;
}

interface Router {
  readonly address: Address;
  /** Goes to a path below `/console`. `replace` leaves no trace in the history: for filters. */
  readonly navigate: (to: string, options?: { replace?: boolean }) => void;
}

const RouterContext = createContext<Router | undefined>(undefined);

/** Keeps the address of the page for what is inside. */
export function RouterProvider({ children }: { children: ComponentChildren }) {
  const [href, setHref] = useState(() => location.pathname + location.search);
  useEffect(() => {
    const moved = () => setHref(location.pathname + location.search);
    addEventListener('popstate', moved);
    return () => removeEventListener('popstate', moved);
  }, []);
  const navigate = useCallback<Router['navigate']>((to, { replace = false } = {}) => {
    history[replace ? 'replaceState' : 'pushState'](null, '', base + to);
    setHref(base + to);
    if (!replace) scrollTo(0, 0);
  }, []);
  const router = useMemo(() => ({ address: addressOf(href), navigate }), [href, navigate]);
  return <RouterContext.Provider value={router}>{children}</RouterContext.Provider>;
}

/** Returns the address and how to go elsewhere. */
export function useRouter(): Router {
  const router = useContext(RouterContext);
  if (!router) throw new Error('There is no router around this.');
  return router;
}

/** Returns one value of the address's query (empty: left out) and how to set several without a new entry in the history. */
export function useQuery(): [(name: string) => string, (values: Readonly<Record<string, string>>) => void] {
  const { address, navigate } = useRouter();
  const set = useCallback(
    (values: Readonly<Record<string, string>>) => {
      const query = new URLSearchParams(location.search);
      for (const [name, value] of Object.entries(values)) {
        if (value) query.set(name, value);
        else query.delete(name);
      }
      const search = query.toString();
      navigate(location.pathname.slice(base.length) + (search && `?${search}`), { replace: true });
    },
    [navigate],
  );
  return [(name) => address.query.get(name) ?? '', set];
}

interface LinkProps {
  readonly to: string;
  readonly class?: string;
  readonly title?: string;
  readonly tabIndex?: number;
  readonly 'aria-current'?: 'page' | undefined;
  readonly children: ComponentChildren;
}

/** A link to a page of the console. */
export function Link({ to, ...rest }: LinkProps) {
  const { navigate } = useRouter();
  const follow = (event: MouseEvent) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    navigate(to);
  };
  return <a {...rest} href={base + to} onClick={follow} />;
}

function addressOf(href: string): Address {
  const url = new URL(href, location.origin);
  const parts = url.pathname.slice(base.length).split('/').filter(Boolean).map(decoded);
  return { parts, query: url.searchParams };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

import type { ComponentChildren } from 'preact';
import { createContext } from 'preact';
import { useContext, useEffect, useMemo, useRef, useState } from 'preact/hooks';

const AnnouncerContext = createContext<(text: string) => void>(() => undefined);

/** What changes on and on is said once it rests, and not more often than this. */
const restMs = 1_500;

/** Holds the one live region of the console. */
export function AnnouncerProvider({ children }: { children: ComponentChildren }) {
  const [text, setText] = useState('');
  const timer = useRef<number | undefined>(undefined);
  const announce = useMemo(
    () => (next: string) => {
      clearTimeout(timer.current);
      timer.current = window.setTimeout(() => setText(next), restMs);
    },
    [],
  );
  return (
    <AnnouncerContext.Provider value={announce}>
      {children}
      <div class="unseen" role="status">
        {text}
      </div>
    </AnnouncerContext.Provider>
  );
}

/** Lets a screen reader say a text when it changes; the first one is on the page anyway. */
export function useAnnounced(text: string | undefined): void {
  const announce = useContext(AnnouncerContext);
  const last = useRef<string | undefined>(undefined);
  useEffect(() => {
    if (text === undefined) return;
    if (last.current !== undefined && last.current !== text) announce(text);
    last.current = text;
  }, [text, announce]);
}

import { useEffect, useState } from 'preact/hooks';
import { serverNowMs } from '../words/server-time.js';

/** Returns the server's time, anew every `everyMs`, so that ages on the page go on. */
export function useNowMs(everyMs: number): number {
  const [nowMs, setNowMs] = useState(serverNowMs);
  useEffect(() => {
    const timer = setInterval(() => setNowMs(serverNowMs()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return nowMs;
}

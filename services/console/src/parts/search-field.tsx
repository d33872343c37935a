import { useEffect, useRef, useState } from 'preact/hooks';
import { Icon } from './icons.js';

interface SearchFieldProps {
  readonly label: string;
  readonly value: string;
  /** Called a moment after the last letter. */
  readonly onChange: (value: string) => void;
}

const restMs = 200;

/** The page's search: `/` goes there, Escape clears it. */
export function SearchField({ label, value, onChange }: SearchFieldProps) {
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(value);
  const timer = useRef<number | undefined>(undefined);
  useEffect(() => setText(value), [value]);
  useEffect(() => () => clearTimeout(timer.current), []);

  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      if (event.key !== '/' || event.metaKey || event.ctrlKey || event.altKey) return;
      if (target.matches('input, textarea, select') || document.querySelector('dialog[open]')) return;
      event.preventDefault();
      input.current?.focus();
      input.current?.select();
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  }, []);

  const changed = (next: string, waitMs: number) => {
    setText(next);
    clearTimeout(timer.current);
    timer.current = window.setTimeout(() => onChange(next.trim()), waitMs);
  };
  return (
    <div class="search">
      <Icon name="search" />
      <input
        ref={input}
        type="search"
        aria-label={label}
        aria-keyshortcuts="/"
        placeholder={label}
        spellcheck={false}
        maxLength={100}
        value={text}
        onInput={(event) => changed(event.currentTarget.value, restMs)}
        onKeyDown={(event) => {
          if (event.key === 'Escape' && text) {
            event.preventDefault();
            changed('', 0);
          }
        }}
      />
      <span class="key" aria-hidden="true">
        /
      </span>
    </div>
  );
}

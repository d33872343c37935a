const paths = {
  fleet: 'M4 6.5h16M4 12h16M4 17.5h16M7.5 6.5h.01M7.5 12h.01M7.5 17.5h.01',
  artifacts: 'M12 3.5 20 8v8l-8 4.5L4 16V8zM4 8l8 4.5L20 8M12 12.5v8',
  events: 'M3.5 12H8l2.5-6.5 3.5 13 2.5-6.5h4',
  overview: 'M4.5 19.5v-6M9.5 19.5V9M14.5 19.5v-8M19.5 19.5v-15',
  search: 'M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.3 15.3 20 20',
  check: 'm5 12.5 4.5 4.5L19 7.5',
  alert: 'M12 4 21 19.5H3zM12 10v4M12 16.8h.01',
  clock: 'M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17zM12 7.5V12l3 2',
  back: 'm14 6-6 6 6 6',
  close: 'm6.5 6.5 11 11M17.5 6.5l-11 11',
  pause: 'M9 6v12M15 6v12',
  play: 'm8 5.5 10 6.5-10 6.5z',
  up: 'm7 13.5 5-5 5 5',
  down: 'm7 10.5 5 5 5-5',
} as const;

export type IconName = keyof typeof paths;

/** A small drawing beside words that say the same. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  );
}

/** The product's mark. */
export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <rect width="24" height="24" rx="6" />
      <path d="M7 12h3M14 7.5h3M14 12h3M14 16.5h3M10 12c2 0 2-4.5 4-4.5M10 12h4M10 12c2 0 2 4.5 4 4.5" />
    </svg>
  );
}

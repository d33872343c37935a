import { useState } from 'preact/hooks';
import { Choice } from './choice.js';

const themes = ['system', 'light', 'dark'] as const;
type Theme = (typeof themes)[number];

const storageKey = 'gatecast.theme';

/** Tells of another look; what is drawn rather than styled must be drawn anew. */
export const themeChanged = new EventTarget();

/** Gives the page the look that was chosen on this computer. */
export function applyTheme(theme: Theme = rememberedTheme()): void {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  themeChanged.dispatchEvent(new Event('change'));
}

/** Chooses between the system's look, light and dark. */
export function ThemeSwitch() {
  const [theme, setTheme] = useState(rememberedTheme);
  return (
    <Choice
      label="Appearance"
      value={theme}
      options={[
        { value: 'system', name: 'Auto' },
        { value: 'light', name: 'Light' },
        { value: 'dark', name: 'Dark' },
      ]}
      onChange={(next) => {
        localStorage.setItem(storageKey, next);
        setTheme(next);
        applyTheme(next);
      }}
    />
  );
}

function rememberedTheme(): Theme {
  const stored = localStorage.getItem(storageKey);
  return themes.find((theme) => theme === stored) ?? 'system';
}

import { render } from 'preact';
import { App } from './app.js';
import { applyTheme } from './parts/theme.js';
import './styles/tokens.css';
import './styles/base.css';
import './styles/parts.css';
import './styles/pages.css';

applyTheme();
render(<App />, document.getElementById('app') as HTMLElement);

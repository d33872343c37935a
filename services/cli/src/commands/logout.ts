import { command } from '../command.js';
import { exitCodes } from '../exit-codes.js';
import { removeSession } from '../session.js';

export const logout = command({
  name: 'logout',
  summary: 'Forgets the sign-in.',
  isDeciding: true,
  arguments: [],
  options: {},
  async run({ values, terminal, environment: { configFolder } }) {
    const url = removeSession(configFolder);
    if (values.json) terminal.json({ url });
    else terminal.note(url ? `Signed out of ${url}.` : 'Nobody was signed in.');
    return exitCodes.done;
  },
});

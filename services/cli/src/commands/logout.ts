import { command } from '../command.js';
import { exitCodes } from '../exit-codes.js';
import { readSession, removeSession } from '../session.js';

export const logout = command({
  name: 'logout',
  summary: 'Forgets the sign-in.',
  arguments: [],
  options: {},
  async run({ values, terminal, environment: { configFolder } }) {
    const session = readSession(configFolder);
    removeSession(configFolder);
    if (values.json) terminal.json({ url: session?.url });
    else terminal.note(session ? `Signed out of ${session.url}.` : 'Nobody was signed in.');
    return exitCodes.done;
  },
});

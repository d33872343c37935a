import path from 'node:path';
import { signIn } from '@gatecast/api-client';
import { command, type Invocation } from '../command.js';
import { openTransport } from '../connection.js';
import { exitCodes } from '../exit-codes.js';
import { misused } from '../failure.js';
import { frontDoorUrl } from '../front-door-url.js';
import { ask, askSecretly, readStandardInput } from '../prompt.js';
import { findRunningStack, type RunningStack } from '../running-stack.js';
import { writeSession } from '../session.js';
import { moment } from '../time.js';

const options = {
  url: { type: 'string', value: 'URL', help: 'the front door (default: the stack that runs in .gatecast)' },
  'ca-file': { type: 'string', value: 'FILE', help: "the authority that signed the front door's certificate, in PEM" },
  username: { type: 'string', short: 'u', value: 'NAME', help: 'who signs in (default: asked for)' },
  'password-stdin': { type: 'boolean', help: 'read the password from standard input (default: asked for)' },
  organization: { type: 'string', value: 'NAME', help: 'default: the first that the user joined' },
} as const;

export const login = command({
  name: 'login',
  summary: 'Signs in; the other commands do what they do as this user.',
  details: `Without a URL it signs in to the stack that npm start or npm run stack has started in this project. The token is kept in
$XDG_CONFIG_HOME/gatecast (~/.config/gatecast), for your eyes only; the password is not kept.`,
  isDeciding: true,
  arguments: [],
  options,
  async run(invocation) {
    const { values, terminal, environment } = invocation;
    const url = values.url ?? environment.url;
    const stack = url === undefined ? findRunningStack() : undefined;
    if (stack) terminal.note(`Found the stack at ${stack.url} (${stack.file}).`);
    const { caFile, ...target } = await targetOf(invocation, url, stack);
    const transport = openTransport(caFile);
    try {
      const { token, expiresAt } = await signIn(target.url, target.credentials, transport);
      const session = {
        url: target.url,
        ...(caFile !== undefined && { caFile }),
        username: target.credentials.username,
        token,
        expiresAt: expiresAt.toISOString(),
      };
      writeSession(environment.configFolder, session);
      const { token: _secret, ...shown } = { ...session, organization: organizationOf(token) };
      if (values.json) terminal.json(shown);
      else
        terminal.note(
          `Signed in to ${shown.url} as ${shown.username} of ${shown.organization}, until ${moment(shown.expiresAt)}.`,
        );
      return exitCodes.done;
    } finally {
      await transport.close();
    }
  },
});

async function targetOf(
  { values, environment }: Invocation<typeof options>,
  url: string | undefined,
  stack: RunningStack | undefined,
) {
  if (url === undefined && !stack)
    throw misused('No stack runs in this project (npm start starts one): say with --url which front door is meant.');
  const base = frontDoorUrl(values.url === undefined ? 'GATECAST_URL' : '--url', url ?? (stack as RunningStack).url);
  const caFile = values['ca-file'] ?? environment.caFile ?? stack?.caFile;
  const organization = values.organization ?? environment.organization ?? stack?.organization;
  const username =
    values.username ??
    environment.username ??
    stack?.username ??
    (await ask('User name: ', 'Nobody is there to be asked: say who signs in with --username.'));
  const given = values['password-stdin'] ? await readStandardInput() : environment.password;
  const password =
    given ??
    (stack?.username === username
      ? stack.password
      : await askSecretly(
          `Password of ${username} at ${base}: `,
          'Nobody is there to be asked: give the password on standard input with --password-stdin, or in GATECAST_PASSWORD.',
        ));
  return {
    url: base,
    caFile: caFile && path.resolve(caFile),
    credentials: { username, password, ...(organization !== undefined && { organization }) },
  };
}

/** Returns what a token says of its organization. For showing only: nobody here verifies it. */
function organizationOf(token: string): string {
  const [, claims = ''] = token.split('.');
  return (JSON.parse(Buffer.from(claims, 'base64url').toString()) as { org_handle: string }).org_handle;
}

import os from 'node:os';
import path from 'node:path';

/** What the environment says. Variables' names appear nowhere else. */
export interface Environment {
  /** These stand for a stored sign-in: for pipelines. */
  readonly url: string | undefined;
  readonly caFile: string | undefined;
  readonly token: string | undefined;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly organization: string | undefined;
  /** Where the sign-in is stored. */
  readonly configFolder: string;
  readonly isPlain: boolean;
}

/** For the usage. */
export const environmentUsage = `Environment: GATECAST_URL with GATECAST_TOKEN, or with GATECAST_USERNAME and GATECAST_PASSWORD, in place of a sign-in;
GATECAST_CA_FILE, GATECAST_ORGANIZATION; NO_COLOR.`;

/** Reads the environment. Empty variables are as good as none. */
export function readEnvironment(variables: NodeJS.ProcessEnv = process.env): Environment {
  const value = (name: string) => variables[name] || undefined;
  return {
    url: value('GATECAST_URL'),
    caFile: value('GATECAST_CA_FILE'),
    token: value('GATECAST_TOKEN'),
    username: value('GATECAST_USERNAME'),
    password: value('GATECAST_PASSWORD'),
    organization: value('GATECAST_ORGANIZATION'),
    configFolder: path.join(value('XDG_CONFIG_HOME') ?? path.join(os.homedir(), '.config'), 'gatecast'),
    isPlain: value('NO_COLOR') !== undefined || value('TERM') === 'dumb',
  };
}

/** What the process ends with. Scripts branch on these. */
export const exitCodes = {
  done: 0,
  /** The server, or a gateway, refused; a later decision took the place of this one; or the result could not be written. */
  failed: 1,
  /** The command line can't be understood. */
  usage: 2,
  /** What was waited for has not come within the time. */
  notInTime: 3,
  /** Not signed in, or not allowed. */
  notAllowed: 4,
  /** No answer. */
  unreachable: 5,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** For the usage. */
export const exitCodesUsage = `Exit codes: 0 done, 1 refused or failed, 2 not understood, 3 not within the time, 4 not signed in or not allowed, 5 no answer.`;

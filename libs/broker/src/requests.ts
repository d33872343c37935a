import { ErrorCode, type Msg, NatsError } from 'nats';
import { type BrokerConnection, BrokerUnavailableError } from './connection.js';

const decoder = new TextDecoder();

/** Reads a JSON message's body. */
export function bodyOf<T>(message: Pick<Msg, 'data'>): T {
  return JSON.parse(decoder.decode(message.data)) as T;
}

/** Asks for an answer. @throws BrokerUnavailableError when none comes in time, the connection is lost, or the answering side could not tell. */
export async function request<Answer>(
  connection: BrokerConnection,
  subject: string,
  body: unknown,
  timeoutMs: number,
): Promise<Answer> {
  let message: Msg;
  try {
    message = await connection.untilLost(connection.live().request(subject, JSON.stringify(body), { timeout: timeoutMs }));
  } catch (error) {
    if (error instanceof NatsError) throw new BrokerUnavailableError(`No answer on ${subject}: ${error.code}`, { cause: error });
    throw error;
  }
  const answer = bodyOf<Answer & { error?: string }>(message);
  if (answer.error !== undefined) throw new BrokerUnavailableError(`${subject} could not be answered: ${answer.error}`);
  return answer;
}

/**
 * Answers requests on a subject, shared among all who answer it under `queue`. A handler that throws is answered by `{ error }`:
 * the asker then knows that nothing was told. Resolves when the subscription stands.
 */
export async function answerRequests<Body>(
  connection: BrokerConnection,
  subject: string,
  queue: string,
  handle: (body: Body) => Promise<unknown>,
  onError: (error: unknown) => void,
): Promise<void> {
  const nc = await connection.opened;
  nc.subscribe(subject, {
    queue,
    callback: (error, message) => {
      if (error) return onError(error);
      void (async () => {
        try {
          message.respond(JSON.stringify(await handle(bodyOf<Body>(message))));
        } catch (failure) {
          onError(failure);
          message.respond(JSON.stringify({ error: 'failed' }));
        }
      })();
    },
  });
}

/**
 * Asks everyone who answers on a subject, each of whom may do so in several parts. Returns what has come after `timeoutMs`; nobody can know
 * whether it is all. @throws BrokerUnavailableError when the broker is away.
 */
export async function requestAll<Answer>(
  connection: BrokerConnection,
  subject: string,
  body: unknown,
  timeoutMs: number,
): Promise<Answer[]> {
  const messages = await connection.live().requestMany(subject, JSON.stringify(body), { maxWait: timeoutMs });
  const answers: Answer[] = [];
  try {
    for await (const message of messages) answers.push(bodyOf<Answer>(message));
  } catch (error) {
    if (!(error instanceof NatsError)) throw error;
    if (error.code !== ErrorCode.NoResponders)
      throw new BrokerUnavailableError(`No answers on ${subject}: ${error.code}`, { cause: error });
  }
  return answers;
}

/** Answers requests that go to everyone, each in as many parts as `partsFor` returns. Resolves when the subscription stands. */
export async function answerInParts<Body>(
  connection: BrokerConnection,
  subject: string,
  partsFor: (body: Body) => Iterable<unknown>,
  onError: (error: unknown) => void,
): Promise<void> {
  const nc = await connection.opened;
  nc.subscribe(subject, {
    callback: (error, message) => {
      try {
        if (error) throw error;
        for (const part of partsFor(bodyOf<Body>(message))) message.respond(JSON.stringify(part));
      } catch (failure) {
        onError(failure);
      }
    },
  });
}

/** Sends a message that may be lost: while the broker is away it is dropped. Returns whether it was sent. */
export function notify(connection: BrokerConnection, subject: string, body: unknown): boolean {
  if (!connection.isConnected) return false;
  connection.live().publish(subject, JSON.stringify(body));
  return true;
}

export interface HearOptions {
  /** Messages are shared among all who hear them under this name: each goes to one of them. */
  readonly queue?: string;
  /** Asked before a message is read; false: it is dropped. */
  readonly wants?: () => boolean;
}

/** Hears every message of a subject while connected. Resolves when the subscription stands, with what ends it. */
export async function hear<Body>(
  connection: BrokerConnection,
  subject: string,
  onMessage: (body: Body) => void,
  onError: (error: unknown) => void,
  { queue, wants = () => true }: HearOptions = {},
): Promise<{ close(): void }> {
  const nc = await connection.opened;
  const subscription = nc.subscribe(subject, {
    ...(queue !== undefined && { queue }),
    callback: (error, message) => {
      try {
        if (error) throw error;
        if (wants()) onMessage(bodyOf<Body>(message));
      } catch (failure) {
        onError(failure);
      }
    },
  });
  return { close: () => subscription.unsubscribe() };
}

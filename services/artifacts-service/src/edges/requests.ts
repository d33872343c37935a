import {
  type AuthenticateRequest,
  type CursorsRequest,
  type EventLogRequest,
  type PresenceRequest,
  type TSchema,
  Type,
  Uuid,
} from '@gatecast/contracts';
import { Compile } from 'typebox/compile';

/** A request of an edge that does not have the shape of libs/contracts: nothing was done. */
export class MalformedRequestError extends Error {
  override readonly name = 'MalformedRequestError';
}

const Count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const Connection = Type.Object({
  connectionId: Uuid,
  gatewayId: Uuid,
  remoteAddress: Type.String({ maxLength: 128, pattern: '^[^\\u0000]*$' }),
  connectedAt: Type.String({ format: 'date-time' }),
});
const Connections = Type.Array(Connection);

/** As many hashes as have their answer in one message of the broker (1 MiB, about 220 bytes each). */
export const authenticateRequest = reader<AuthenticateRequest>(
  Type.Object({ tokenHashes: Type.Array(Type.String({ pattern: '^[0-9a-f]{64}$' }), { maxItems: 4_000 }) }),
);

export const eventLogRequest = reader<EventLogRequest>(
  Type.Object({
    organizationId: Uuid,
    gatewayIds: Type.Optional(Type.Array(Uuid, { uniqueItems: true, maxItems: 2_000 })),
    after: Count,
    through: Count,
  }),
);

export const cursorsRequest = reader<CursorsRequest>(
  Type.Object({
    logEpoch: Uuid,
    cursors: Type.Array(Type.Object({ gatewayId: Uuid, confirmed: Count, written: Count })),
  }),
);

export const presenceRequest = reader<PresenceRequest>(
  Type.Object({
    edgeId: Uuid,
    opened: Type.Optional(Connections),
    closed: Type.Optional(Type.Array(Uuid)),
    connections: Type.Optional(Connections),
    stopped: Type.Optional(Type.Boolean()),
    number: Type.Optional(Count),
    sentAtMs: Type.Optional(Type.Number({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })),
  }),
);

/** Returns a function that gives a body its type. @throws MalformedRequestError naming the first thing that does not fit. */
function reader<Request>(schema: TSchema): (body: unknown) => Request {
  const validator = Compile(schema);
  return (body) => {
    if (validator.Check(body)) return body as Request;
    const [first] = validator.Errors(body);
    throw new MalformedRequestError(`The request does not fit: ${first?.instancePath || 'the body'} ${first?.message ?? ''}`);
  };
}

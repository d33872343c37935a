import type { Deployment, ListOf, Place } from '@gatecast/api-client';
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { artifactPath } from '../api/client.js';
import { asApiError } from '../api/use-rounds.js';
import { useMessages } from '../live/live.js';
import { useSession } from '../session/session-context.js';

type Verb = 'deploy' | 'undeploy' | 'restore';

/** A gateway by its names. */
export interface Named {
  readonly id: string;
  readonly displayName: string;
}

/** What was decided here for one gateway, and what became of it. */
export interface Decision {
  readonly verb: Verb;
  readonly gateway: Named;
  readonly deploymentId?: string;
  /** `SENDING`: the request has no answer yet. `REFUSED`: the control plane did not take it. */
  readonly state: 'SENDING' | 'REFUSED' | Deployment['status'];
  /** Why it was refused, by the control plane or by the gateway. */
  readonly reason?: string;
  readonly sinceMs: number;
  readonly tookMs?: number;
}

export interface Decisions {
  readonly list: readonly Decision[];
  /** Ids of the gateways that have not answered yet. */
  readonly gateways: ReadonlySet<string>;
  readonly deploy: (gateways: readonly Named[]) => void;
  readonly undeploy: (places: readonly Place[]) => void;
  readonly restore: (choices: readonly { readonly place: Place; readonly deploymentId: string }[]) => void;
  readonly clear: () => void;
}

/** The API takes so many gateways in one request. */
const gatewaysPerRequest = 100;
/** A browser opens six connections to a host; the event stream and the page need some. */
const requestsAtOnce = 3;
/** The stream tells at once; this finds what it did not tell, so many at a time and each in its turn. */
const checkEveryMs = 2_000;

/** Whether nothing more is to be expected. */
export function isDone({ state }: Decision): boolean {
  return state !== 'SENDING' && state !== 'DEPLOYING' && state !== 'UNDEPLOYING';
}

/** Decides for an artifact and follows each decision until the last gateway has answered. */
export function useDecisions(artifact: Pick<Place['artifact'], 'kind' | 'id'>): Decisions {
  const { api } = useSession();
  const path = artifactPath(artifact);
  const [list, setList] = useState<readonly Decision[]>([]);
  const newest = useRef(list);
  newest.current = list;
  /** Ids of the gateways whose decisions are to be looked at, and how many are now. */
  const due = useRef(new Set<string>());
  const checking = useRef(0);

  const change = useCallback(
    (gatewayId: string, changed: (decision: Decision) => Decision) =>
      setList((old) => old.map((decision) => (decision.gateway.id === gatewayId ? changed(decision) : decision))),
    [],
  );

  const begin = useCallback((verb: Verb, gateways: readonly Named[]) => {
    const sinceMs = performance.now();
    const ids = new Set(gateways.map(({ id }) => id));
    setList((old) => [
      ...old.filter((decision) => !isDone(decision) && !ids.has(decision.gateway.id)),
      ...gateways.map((gateway): Decision => ({ verb, gateway, state: 'SENDING', sinceMs })),
    ]);
  }, []);

  const learn = useCallback(
    ({ gatewayId, deploymentId, status, statusReason }: Deployment) =>
      change(gatewayId, (decision) => {
        if (decision.deploymentId !== undefined && decision.deploymentId !== deploymentId) return decision;
        const next: Decision = { ...decision, deploymentId, state: status, ...(statusReason && { reason: statusReason }) };
        return isDone(next) && next.tookMs === undefined ? { ...next, tookMs: performance.now() - decision.sinceMs } : next;
      }),
    [change],
  );

  const refuse = useCallback(
    (gatewayId: string, cause: unknown) =>
      change(gatewayId, (decision) => ({ ...decision, state: 'REFUSED', reason: asApiError(cause).message })),
    [change],
  );

  /** Asks where the decisions for these gateways stand, so many at once. */
  const check = useCallback(
    async (gatewayIds: readonly string[]) => {
      for (const id of gatewayIds) due.current.add(id);
      if (checking.current >= requestsAtOnce) return;
      checking.current += 1;
      for (const id of due.current) {
        due.current.delete(id);
        const decision = newest.current.find(({ gateway }) => gateway.id === id);
        if (decision?.deploymentId === undefined || isDone(decision)) continue;
        try {
          learn(await api.get<Deployment>(`${path}/deployments/${decision.deploymentId}`));
        } catch (error) {
          // Deleted meanwhile. After anything else the next check asks again.
          if (asApiError(error).status === 404) refuse(id, error);
        }
      }
      checking.current -= 1;
    },
    [api, path, learn, refuse],
  );

  useMessages((message) => {
    if (message.kind === 'life' && message.step.state === 'settled') void check([message.step.gatewayId]);
  });
  const isUnderWay = list.some((decision) => !isDone(decision));
  useEffect(() => {
    if (!isUnderWay) return;
    let turn = 0;
    const timer = setInterval(() => {
      const pending = newest.current.filter((decision) => !isDone(decision)).map(({ gateway }) => gateway.id);
      for (let n = 0; n < Math.min(requestsAtOnce, pending.length); n += 1)
        void check([pending[turn++ % pending.length] as string]);
    }, checkEveryMs);
    return () => clearInterval(timer);
  }, [isUnderWay, check]);

  /** Decides about deployments that there are. */
  const again = useCallback(
    (verb: 'undeploy' | 'restore', choices: readonly { place: Place; deploymentId: string | undefined }[]) => {
      begin(
        verb,
        choices.map(({ place }) => place.gateway),
      );
      void inTurn(choices, requestsAtOnce, async ({ place: { gateway }, deploymentId }) => {
        try {
          learn(await api.post(`${path}/deployments/${deploymentId}/${verb}`, undefined, { gatewayId: gateway.id }));
        } catch (error) {
          refuse(gateway.id, error);
        }
      });
    },
    [api, path, begin, learn, refuse],
  );

  return useMemo(
    () => ({
      list,
      gateways: new Set(list.filter((decision) => !isDone(decision)).map(({ gateway }) => gateway.id)),
      clear: () => setList([]),

      deploy(gateways) {
        begin('deploy', gateways);
        const groups = Array.from({ length: Math.ceil(gateways.length / gatewaysPerRequest) }, (_, n) =>
          gateways.slice(n * gatewaysPerRequest, (n + 1) * gatewaysPerRequest),
        );
        void inTurn(groups, 1, async (group) => {
          try {
            const gatewayIds = group.map(({ id }) => id);
            const body = { name: `console ${new Date().toISOString().slice(0, 19)}Z`, base: 'current', gatewayIds };
            const made = await api.post<ListOf<Deployment>>(`${path}/deployments`, body);
            for (const deployment of made.list) learn(deployment);
          } catch (error) {
            for (const { id } of group) refuse(id, error);
          }
        });
      },

      undeploy: (places) =>
        again(
          'undeploy',
          places.map((place) => ({ place, deploymentId: place.desired.deploymentId })),
        ),
      restore: (choices) => again('restore', choices),
    }),
    [list, api, path, begin, again, learn, refuse],
  );
}

/** Does something with each item, so many at once. */
async function inTurn<Item>(items: readonly Item[], atOnce: number, act: (item: Item) => Promise<void>): Promise<void> {
  const rest = [...items];
  const work = async () => {
    for (let item = rest.shift(); item !== undefined; item = rest.shift()) await act(item);
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}

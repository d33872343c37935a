import {
  check,
  type HandledEvent,
  type History,
  type LoggedEvent,
  type Place,
  type Rule,
  type Write,
} from '@gatecast/stack/chaos';
import { describe, expect, test } from 'vitest';

const organizationId = 'organization';
const east = 'east';
const west = 'west';

/** A history in the making: one artifact in one organization with two gateways, a second of time per step. */
function story() {
  let nowMs = 1_000_000;
  let last = { revision: 0, id: '' };
  const writes: Write[] = [];
  const events: LoggedEvent[] = [];
  const handled: Record<string, HandledEvent[]> = { [east]: [], [west]: [] };
  const places = new Map<string, Place>();
  const stores: Record<string, Map<string, History['gateways'][number]['store'][number]>> = {
    [east]: new Map(),
    [west]: new Map(),
  };
  const told = {
    artifactIds: ['artifact'],
    heads: undefined as number | undefined,
    unrest: undefined as string | undefined,
    unexpectedEnds: [] as string[],
    earlierLogs: [] as LoggedEvent[][],
  };

  function commit(event: Pick<LoggedEvent, 'verb' | 'gatewayId'> & Partial<LoggedEvent>): LoggedEvent {
    last = { revision: last.revision + 1, id: `event-${events.length + 1}` };
    const committed: LoggedEvent = {
      ...last,
      organizationId,
      artifactId: 'artifact',
      kind: 'RestApi',
      deploymentId: '',
      isReissued: false,
      performedAtMs: event.verb === 'deleted' ? null : nowMs,
      committedAtMs: nowMs,
      ...event,
    };
    events.push(committed);
    return committed;
  }

  const steps = {
    told,
    writes,
    events,
    handled,
    places,
    stores,
    commit,
    now: () => nowMs,
    write(verb: Write['verb'], about: Partial<Write> = {}, outcome: Write['outcome'] = 'accepted') {
      nowMs += 1_000;
      writes.push({
        organizationId,
        kind: 'RestApi',
        handle: 'books',
        verb,
        sentAtMs: nowMs - 10,
        answeredAtMs: nowMs + 10,
        outcome,
        status: outcome === 'accepted' ? 200 : outcome === 'refused' ? 409 : 0,
        ...about,
      });
    },
    /** What a gateway says that it did with an event. */
    handle(gateway: string, { id, verb, artifactId }: LoggedEvent, outcome: HandledEvent['outcome'] = 'applied') {
      handled[gateway]?.push({ correlationId: id, type: `api.${verb}`, artifactId, outcome });
    },
    /** The gateway's sync finds in the database what an event says. */
    sync(gateway: string, { id, verb, artifactId }: LoggedEvent) {
      handled[gateway]?.push({ correlationId: id, type: `api.${verb}`, artifactId, outcome: 'applied', bySync: true });
    },
    /** The whole way of an accepted deploy. */
    deploy(gateway: string, deploymentId: string) {
      steps.write('deploy', { gatewayId: gateway, deploymentId });
      const event = commit({ verb: 'deployed', gatewayId: gateway, deploymentId });
      steps.handle(gateway, event);
      steps.hold(gateway, 'DEPLOYED', deploymentId);
      return event;
    },
    undeploy(gateway: string, deploymentId: string) {
      steps.write('undeploy', { gatewayId: gateway, deploymentId });
      const event = commit({ verb: 'undeployed', gatewayId: gateway, deploymentId });
      steps.handle(gateway, event);
      steps.hold(gateway, 'UNDEPLOYED', deploymentId);
      return event;
    },
    remove() {
      steps.write('delete');
      const event = commit({ verb: 'deleted', gatewayId: null });
      for (const gateway of [east, west])
        steps.handle(gateway, event, stores[gateway]?.delete('artifact') ? 'applied' : 'unknown');
      places.clear();
      told.artifactIds = [];
      return event;
    },
    /** The database and the gateway agree about what the gateway holds since now. */
    hold(gatewayId: string, state: 'DEPLOYED' | 'UNDEPLOYED', deploymentId: string) {
      places.set(gatewayId, {
        artifactId: 'artifact',
        gatewayId,
        deploymentId,
        desiredState: state,
        status: state,
        statusReason: null,
        performedAtMs: nowMs,
      });
      stores[gatewayId]?.set('artifact', { id: 'artifact', state, deploymentId, deployedAtMs: nowMs });
    },
    history: (): History => ({
      writes,
      faults: [],
      earlierLogs: told.earlierLogs,
      unexpectedEnds: told.unexpectedEnds,
      unrest: told.unrest,
      gateways: [east, west].map((gatewayId) => ({
        gatewayId,
        organizationId,
        name: gatewayId,
        handled: handled[gatewayId] ?? [],
        store: [...(stores[gatewayId]?.values() ?? [])],
      })),
      database: {
        events,
        heads: [{ organizationId, revision: told.heads ?? last.revision, trimmedThrough: 0 }],
        artifactIds: told.artifactIds,
        places: [...places.values()],
      },
    }),
    broken: (): Rule[] => [...new Set(check(steps.history()).map(({ rule }) => rule))],
  };
  return steps;
}

describe('A history that keeps every promise passes', () => {
  test('with deploys, an undeploy, a restore and a delete', () => {
    const { deploy, undeploy, remove, write, commit, handle, hold, broken } = story();
    deploy(east, 'D1');
    deploy(west, 'D2');
    undeploy(east, 'D1');
    write('restore', { gatewayId: east, deploymentId: 'D1' });
    handle(east, commit({ verb: 'deployed', gatewayId: east, deploymentId: 'D1' }));
    hold(east, 'DEPLOYED', 'D1');
    expect(broken()).toEqual([]);
    remove();
    expect(broken()).toEqual([]);
  });

  test('with a refused write, and with writes of unknown outcome of which one took effect', () => {
    const { deploy, write, commit, handle, hold, broken } = story();
    deploy(east, 'D1');
    write('undeploy', { gatewayId: west, deploymentId: 'D9' }, 'refused');
    write('deploy', { gatewayId: west }, 'unknown');
    write('deploy', { gatewayId: west }, 'unknown');
    handle(west, commit({ verb: 'deployed', gatewayId: west, deploymentId: 'D3' }));
    hold(west, 'DEPLOYED', 'D3');
    expect(broken()).toEqual([]);
  });

  test('with writes that were under way at the same time, the first of which fits the events of both', () => {
    const { deploy, write, commit, handle, hold, now, broken } = story();
    deploy(east, 'D1');
    const at = now() + 1_000;
    write('undeploy', { gatewayId: east, deploymentId: 'D1', sentAtMs: at - 10, answeredAtMs: at + 5 });
    write('delete deployment', { deploymentId: 'D0', sentAtMs: at - 10, answeredAtMs: at + 10 });
    const undeployed = { verb: 'undeployed', gatewayId: east } as const;
    handle(east, commit({ ...undeployed, committedAtMs: at - 5, performedAtMs: at - 5 }));
    handle(east, commit({ ...undeployed, deploymentId: 'D1', committedAtMs: at }));
    hold(east, 'UNDEPLOYED', 'D1');
    expect(broken()).toEqual([]);
  });

  test('with an event that was superseded by a later one while the gateway was away', () => {
    const { write, commit, deploy, broken } = story();
    write('deploy', { gatewayId: east, deploymentId: 'D1' });
    commit({ verb: 'deployed', gatewayId: east, deploymentId: 'D1' });
    deploy(east, 'D2');
    expect(broken()).toEqual([]);
  });

  test('with an event that was delivered again, and one whose record a crash cost', () => {
    const { deploy, handle, handled, broken } = story();
    const first = deploy(east, 'D1');
    handle(east, first, 'duplicate');
    const second = deploy(west, 'D2');
    handled[west]?.splice(0, 1);
    handle(west, second, 'duplicate');
    expect(broken()).toEqual([]);
  });

  test('with a decision that was issued again', () => {
    const { deploy, commit, handle, hold, broken, write } = story();
    deploy(east, 'D1');
    write('create', {}, 'refused');
    handle(east, commit({ verb: 'deployed', gatewayId: east, deploymentId: 'D1', isReissued: true }));
    hold(east, 'DEPLOYED', 'D1');
    expect(broken()).toEqual([]);
  });

  test('with a database that was set back, and a gateway that handled what is gone now', () => {
    const { deploy, commit, events, handled, handle, hold, told, write, broken } = story();
    deploy(east, 'D1');
    deploy(east, 'D2');
    told.earlierLogs.push([...events]);
    events.pop();
    write('create', {}, 'refused');
    const again = commit({ revision: 2, id: 'again', verb: 'deployed', gatewayId: east, deploymentId: 'D1', isReissued: true });
    told.heads = 2;
    handle(east, again);
    hold(east, 'DEPLOYED', 'D1');
    expect(handled[east]?.map(({ correlationId }) => correlationId)).toEqual(['event-1', 'event-2', 'again']);
    expect(broken()).toEqual([]);
  });

  test('with a database that was set back, and a gateway that synced before it heard of that', () => {
    const { deploy, remove, events, sync, told, write, hold, broken } = story();
    const deployed = deploy(east, 'D1');
    remove();
    told.earlierLogs.push([...events]);
    events.pop();
    told.artifactIds = ['artifact'];
    told.heads = 1;
    write('create', {}, 'refused');
    sync(east, deployed);
    hold(east, 'DEPLOYED', 'D1');
    expect(broken()).toEqual([]);
  });

  test('with a database that was set back, and a gateway that lets go of what it got only after the backup', () => {
    const { deploy, commit, events, handle, hold, told, write, broken } = story();
    deploy(east, 'D1');
    deploy(west, 'D2');
    told.earlierLogs.push([...events]);
    events.pop();
    write('create', {}, 'refused');
    const again = commit({ revision: 2, id: 'again', verb: 'undeployed', gatewayId: west, isReissued: true });
    told.heads = 2;
    handle(west, again);
    hold(west, 'UNDEPLOYED', 'D2');
    expect(broken()).toEqual([]);
  });

  test('with a database that was set back, and a gateway that lets go of what it was told once more that it is deleted', () => {
    const { deploy, remove, commit, events, handle, hold, told, write, broken } = story();
    deploy(east, 'D1');
    remove();
    write('create', {}, 'refused');
    handle(west, commit({ verb: 'deleted', gatewayId: west, isReissued: true }), 'unknown');
    setBackTo(1, events, told);
    hold(east, 'DEPLOYED', 'D1');
    write('create', {}, 'refused');
    const deployedAgain = {
      revision: 2,
      id: 'deployed',
      verb: 'deployed',
      gatewayId: east,
      deploymentId: 'D1',
      isReissued: true,
    } as const;
    handle(east, commit(deployedAgain));
    hold(east, 'DEPLOYED', 'D1');
    handle(west, commit({ revision: 3, id: 'undeployed', verb: 'undeployed', gatewayId: west, isReissued: true }), 'unknown');
    told.heads = 3;
    expect(broken()).toEqual([]);
  });
});

/** The database is set back to the event log's first events, of before the artifact was deleted. */
function setBackTo(count: number, events: LoggedEvent[], told: ReturnType<typeof story>['told']): void {
  told.earlierLogs.push([...events]);
  events.splice(count);
  told.artifactIds = ['artifact'];
}

/** Each plants one fault into a history that is good without it; the rules that must find it. */
const planted: readonly [fault: string, plant: (steps: ReturnType<typeof story>) => void, rules: readonly Rule[]][] = [
  [
    'an event that a gateway never got',
    ({ handled, undeploy }) => {
      undeploy(east, 'D1');
      handled[east]?.pop();
    },
    ['the last event about an artifact takes effect'],
  ],
  [
    'an event that a gateway could not apply and that nobody issued again',
    ({ handled, undeploy, handle }) => {
      const event = undeploy(east, 'D1');
      handled[east]?.pop();
      handle(east, event, 'failed');
    },
    ['the last event about an artifact takes effect'],
  ],
  [
    'a delete that one of the gateways never heard',
    ({ remove, handled }) => {
      remove();
      handled[west]?.pop();
    },
    ['the last event about an artifact takes effect'],
  ],
  [
    'an event that took effect twice',
    ({ handle, events }) => handle(east, events[0] as LoggedEvent),
    ['every event takes effect at most once'],
  ],
  [
    'an event whose effect a sync had once more, though the database was never set back',
    ({ sync, events }) => sync(east, events[0] as LoggedEvent),
    ['every event takes effect at most once'],
  ],
  [
    'a sync that brought back what was deleted',
    ({ deploy, remove, sync }) => {
      const deployed = deploy(east, 'D2');
      remove();
      sync(east, deployed);
    },
    ['every event takes effect at most once', 'events about one artifact take effect in revision order'],
  ],
  [
    'two events that took effect in the wrong order',
    ({ deploy, handled }) => {
      deploy(east, 'D3');
      handled[east]?.reverse();
    },
    ['events about one artifact take effect in revision order'],
  ],
  [
    'an event that no log has',
    ({ handled }) => {
      handled[east]?.push({ correlationId: 'invented', type: 'api.undeployed', artifactId: 'artifact', outcome: 'unknown' });
    },
    ['gateways handle only what was committed for them'],
  ],
  [
    "another gateway's event",
    ({ handle, events }) => handle(west, events[0] as LoggedEvent, 'unknown'),
    ['gateways handle only what was committed for them'],
  ],
  [
    'an event of another organization',
    ({ handle, events }) => {
      const deleted = { verb: 'deleted', artifactId: 'theirs', gatewayId: null, performedAtMs: null, isReissued: true } as const;
      events.push({ ...(events[0] as LoggedEvent), id: 'foreign', organizationId: 'other', ...deleted });
      handle(west, events.at(-1) as LoggedEvent, 'unknown');
    },
    ['gateways handle only what was committed for them'],
  ],
  [
    'an accepted write without an event',
    ({ write }) => write('deploy', { gatewayId: west, deploymentId: 'D2' }),
    ['every accepted write is in the event log'],
  ],
  [
    'an accepted write whose event was committed only after the answer',
    ({ deploy, events }) => {
      const late = deploy(east, 'D2');
      events[events.length - 1] = { ...late, committedAtMs: late.committedAtMs + 500 };
    },
    ['every accepted write is in the event log', 'no event without a write'],
  ],
  [
    'a refused write that took effect',
    ({ deploy, writes }) => {
      deploy(east, 'D2');
      writes[writes.length - 1] = { ...(writes.at(-1) as Write), outcome: 'refused', status: 409 };
    },
    ['no event without a write'],
  ],
  [
    'a write that took effect twice',
    ({ commit, handle, hold, deploy }) => {
      deploy(west, 'D2');
      handle(west, commit({ verb: 'deployed', gatewayId: west, deploymentId: 'D2', performedAtMs: 1_003_000 }));
      hold(west, 'DEPLOYED', 'D2');
    },
    ['no event without a write'],
  ],
  [
    'a revision that is missing',
    ({ told }) => {
      told.heads = 2;
    },
    ['revisions are gapless'],
  ],
  [
    'an event beyond the head',
    ({ told }) => {
      told.heads = 0;
    },
    ['revisions are gapless'],
  ],
  [
    'a performedAt that stands still',
    ({ deploy, events }) => {
      const event = deploy(east, 'D2');
      events[events.length - 1] = { ...event, performedAtMs: (events[0] as LoggedEvent).performedAtMs };
    },
    ['performedAt increases'],
  ],
  [
    'a decision issued again as its opposite',
    ({ commit, handle, hold, write }) => {
      write('create', {}, 'refused');
      handle(east, commit({ verb: 'undeployed', gatewayId: east, isReissued: true }));
      hold(east, 'UNDEPLOYED', 'D1');
    },
    ['what is issued again belongs to its decision'],
  ],
  [
    'a decision issued again with another deployment',
    ({ commit, handle, hold, write }) => {
      write('create', {}, 'refused');
      handle(east, commit({ verb: 'deployed', gatewayId: east, deploymentId: 'D7', isReissued: true }));
      hold(east, 'DEPLOYED', 'D7');
    },
    ['what is issued again belongs to its decision'],
  ],
  [
    'a decision about a deleted artifact issued again',
    ({ commit, handle, remove, write }) => {
      remove();
      write('create', {}, 'refused');
      handle(east, commit({ verb: 'undeployed', gatewayId: east, isReissued: true }), 'unknown');
    },
    ['what is issued again belongs to its decision'],
  ],
  [
    'a delete that was never decided',
    ({ commit, handle, write }) => {
      write('create', {}, 'refused');
      handle(east, commit({ verb: 'deleted', gatewayId: east, isReissued: true }), 'unknown');
    },
    ['what is issued again belongs to its decision'],
  ],
  [
    'an undeploy, after the database was set back, on a gateway that was never told of the artifact',
    ({ commit, handle, events, told, write }) => {
      setBackTo(1, events, told);
      write('create', {}, 'refused');
      handle(west, commit({ revision: 2, id: 'undeployed', verb: 'undeployed', gatewayId: west, isReissued: true }), 'unknown');
    },
    ['what is issued again belongs to its decision'],
  ],
  [
    'a store with an artifact too many',
    ({ stores }) => {
      stores[west]?.set('artifact', { id: 'artifact', state: 'UNDEPLOYED', deploymentId: 'D1', deployedAtMs: 1 });
    },
    ['every store equals the database'],
  ],
  [
    'a store without what it should serve',
    ({ stores }) => {
      stores[east]?.clear();
    },
    ['every store equals the database'],
  ],
  [
    'a store that serves what is undeployed',
    ({ undeploy, stores, now }) => {
      undeploy(east, 'D1');
      stores[east]?.set('artifact', { id: 'artifact', state: 'DEPLOYED', deploymentId: 'D1', deployedAtMs: now() });
    },
    ['every store equals the database'],
  ],
  [
    'a store with an older deployment',
    ({ stores, now }) => {
      stores[east]?.set('artifact', { id: 'artifact', state: 'DEPLOYED', deploymentId: 'D0', deployedAtMs: now() });
    },
    ['every store equals the database'],
  ],
  [
    'a status in transition',
    ({ places }) => {
      places.set(east, { ...(places.get(east) as Place), status: 'DEPLOYING' });
    },
    ['no status is left in transition'],
  ],
  [
    'a status FAILED although the gateway took it',
    ({ places }) => {
      places.set(east, { ...(places.get(east) as Place), status: 'FAILED', statusReason: 'DEPLOYMENT_TIMEOUT' });
    },
    ['no status is left in transition'],
  ],
  [
    'a service that ended by itself',
    ({ told }) => {
      told.unexpectedEnds.push('ws-edge-1 ended by itself');
    },
    ['no process ends by itself'],
  ],
  [
    'something that never comes to rest',
    ({ told }) => {
      told.unrest = '3 acks wait';
    },
    ['everything becomes quiet'],
  ],
];

test.each(planted)('%s is found', (_, plant, rules) => {
  const steps = story();
  steps.deploy(east, 'D1');
  expect(steps.broken()).toEqual([]);

  plant(steps);

  expect(steps.broken().sort()).toEqual([...rules].sort());
});

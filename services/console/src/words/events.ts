import type { ApiEvent } from '@gatecast/api-client';
import { kindOfEventPrefix, kindTraits } from '@gatecast/contracts/kinds';

const families: Readonly<Record<string, string>> = {
  apikey: 'API key',
  subscription: 'Subscription',
  subscriptionPlan: 'Subscription plan',
  application: 'Application',
};

/** Returns an event's type for people: `REST API deployed`, `API key revoked`. */
export function typeText(type: string): string {
  const [prefix = '', verb = ''] = type.split('.');
  return `${kindOfEventPrefix(prefix)?.title ?? families[prefix] ?? prefix} ${verb}`;
}

/** Returns the name of what an event is about: its handle, or the beginning of its id where it has none (any more). */
export function entityText({ entity }: Pick<ApiEvent, 'entity'>): string {
  return entity.handle ?? `${entity.type} ${entity.id.slice(0, 8)}`;
}

/** Returns the page of the artifact that an event is about, if it is about one that still has a name. */
export function entityPage({ entity }: Pick<ApiEvent, 'entity'>): string | undefined {
  return entity.kind && entity.handle ? artifactPage({ kind: entity.kind, id: entity.handle }) : undefined;
}

/** Returns the page of an artifact. */
export function artifactPage({ kind, id }: { kind: Parameters<typeof kindTraits>[0]; id: string }): string {
  return `/artifacts/${kindTraits(kind).collection}/${encodeURIComponent(id)}`;
}

/** Returns the page of a gateway. */
export function gatewayPage(id: string): string {
  return `/fleet/${encodeURIComponent(id)}`;
}

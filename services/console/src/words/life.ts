import type { ApiEvent } from '@gatecast/api-client';

export type LifeState = ApiEvent['life']['state'];

/** The steps of an event's life, in their order. */
export const lifeStates = ['committed', 'published', 'written', 'confirmed', 'settled'] as const satisfies readonly LifeState[];

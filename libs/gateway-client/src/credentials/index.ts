import { apiKeyEvents } from './api-keys.js';
import { applicationEvents } from './applications.js';
import type { ChangeReaders } from './changes.js';
import { planEvents } from './plans.js';
import { subscriptionEvents } from './subscriptions.js';

export { readApiKeys } from './api-keys.js';
export type { CredentialChange } from './changes.js';
export { readPlans } from './plans.js';
export { type ListedSecret, readSecrets, readSecretValue, secretsIn } from './secrets.js';
export { putSubscription, readSubscriptions } from './subscriptions.js';

/** All events about credentials, by type. */
export const credentialEvents: ChangeReaders = { ...apiKeyEvents, ...subscriptionEvents, ...planEvents, ...applicationEvents };

import { sql } from '@gatecast/database';

/** The columns of `api_keys` that make an `ApiKeyState`. */
export const keyColumns = sql`
  api_keys.id, api_keys.artifact_id AS "artifactId", api_keys.handle, api_keys.key_hash AS "keyHash", api_keys.masked_key AS "maskedKey",
  api_keys.external_ref_id AS "externalRefId", api_keys.issuer, api_keys.expires_at AS "expiresAt", api_keys.created_at AS "createdAt",
  api_keys.updated_at AS "updatedAt"`;

/** The columns of `subscriptions` that make a `SubscriptionState`. */
export const subscriptionColumns = sql`
  subscriptions.id, subscriptions.artifact_id AS "artifactId", subscriptions.application_id AS "applicationId", subscriptions.token,
  subscriptions.plan_id AS "planId", subscriptions.status`;

/** The columns of `subscription_plans` that make a `PlanState`. */
export const planColumns = sql`
  subscription_plans.id, subscription_plans.handle, subscription_plans.display_name AS "displayName", subscription_plans.limits,
  subscription_plans.expiry_time AS "expiryTime", subscription_plans.status`;

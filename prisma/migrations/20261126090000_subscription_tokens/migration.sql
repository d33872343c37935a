-- A token is one organization's own: whether another organization has it too is nobody's business.
CREATE UNIQUE INDEX "subscriptions_organization_id_token_key" ON "subscriptions"("organization_id", "token");
DROP INDEX "subscriptions_token_key";
DROP INDEX "subscriptions_organization_id_idx";

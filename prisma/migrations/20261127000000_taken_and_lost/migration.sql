-- A key that has expired since it was changed is revoked on gateways, once.
ALTER TABLE "api_keys" ADD COLUMN "expiry_told" BOOLEAN NOT NULL DEFAULT false;
CREATE INDEX "api_keys_expires_at_idx" ON "api_keys"("expires_at") WHERE NOT "expiry_told" AND "updated_at" > "created_at";

-- A gateway that has lost its store is told again what belongs to the artifacts that it fetches.
ALTER TABLE "artifact_gateways" ADD COLUMN "credentials_at" TIMESTAMPTZ(3);
CREATE INDEX "artifact_gateways_credentials_at_idx" ON "artifact_gateways"("credentials_at") WHERE "credentials_at" IS NOT NULL;

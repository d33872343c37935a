-- AlterTable
ALTER TABLE "log_epoch" ADD COLUMN     "earlier" UUID[] DEFAULT ARRAY[]::UUID[];

-- AlterTable
ALTER TABLE "deployments" ADD COLUMN     "secret_handles" TEXT[] DEFAULT ARRAY[]::TEXT[];

-- A tombstone is of anything that gateways hold now, and carries the event that takes it away.
ALTER TABLE "tombstones" RENAME COLUMN "artifact_id" TO "entity_id";
ALTER TABLE "tombstones" ADD COLUMN "entity_type" TEXT, ADD COLUMN "type" TEXT, ADD COLUMN "payload" JSONB;
UPDATE "tombstones" SET "entity_type" = 'artifact',
  "type" = CASE "kind" WHEN 'RestApi' THEN 'api' WHEN 'LlmProvider' THEN 'llmprovider' WHEN 'LlmProxy' THEN 'llmproxy' ELSE 'mcpproxy' END || '.deleted',
  "payload" = jsonb_build_object(CASE "kind" WHEN 'RestApi' THEN 'apiId' WHEN 'LlmProvider' THEN 'providerId' ELSE 'proxyId' END, "entity_id");
ALTER TABLE "tombstones" DROP CONSTRAINT "tombstones_pkey", DROP COLUMN "kind",
  ALTER COLUMN "entity_type" SET NOT NULL, ALTER COLUMN "type" SET NOT NULL, ALTER COLUMN "payload" SET NOT NULL,
  ADD CONSTRAINT "tombstones_pkey" PRIMARY KEY ("entity_type", "entity_id");

-- CreateTable
CREATE TABLE "api_keys" (
    "id" UUID NOT NULL,
    "artifact_id" UUID NOT NULL,
    "handle" TEXT NOT NULL,
    "display_name" TEXT NOT NULL,
    "key_hash" TEXT NOT NULL,
    "masked_key" TEXT NOT NULL,
    "external_ref_id" TEXT,
    "issuer" TEXT,
    "allowed_targets" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "expires_at" TIMESTAMPTZ(3),
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "api_keys_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "subscription_plans" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "handle" TEXT NOT NULL,
    "display_name" TEXT NOT NULL,
    "description" TEXT,
    "limits" JSONB NOT NULL,
    "expiry_time" TIMESTAMPTZ(3),
    "status" TEXT NOT NULL,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "subscription_plans_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "subscriptions" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "artifact_id" UUID NOT NULL,
    "subscriber_id" TEXT NOT NULL,
    "application_id" UUID,
    "plan_id" UUID,
    "token" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "subscriptions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "applications" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "project_id" UUID,
    "handle" TEXT NOT NULL,
    "display_name" TEXT NOT NULL,
    "description" TEXT,
    "type" TEXT NOT NULL,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "applications_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "application_key_mappings" (
    "application_id" UUID NOT NULL,
    "api_key_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "application_key_mappings_pkey" PRIMARY KEY ("application_id","api_key_id")
);

-- CreateTable
CREATE TABLE "secrets" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "handle" TEXT NOT NULL,
    "display_name" TEXT NOT NULL,
    "description" TEXT,
    "type" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "sealed" BYTEA NOT NULL,
    "hash" TEXT NOT NULL,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "secrets_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "secret_holders" (
    "gateway_id" UUID NOT NULL,
    "handle" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "stale" BOOLEAN NOT NULL,
    "close_at" TIMESTAMPTZ(3),
    "closes" INTEGER NOT NULL DEFAULT 0,
    "reissue_at" TIMESTAMPTZ(3),

    CONSTRAINT "secret_holders_pkey" PRIMARY KEY ("gateway_id","handle")
);

-- CreateTable
CREATE TABLE "credential_listings" (
    "gateway_id" UUID NOT NULL,
    "entity_type" TEXT NOT NULL,
    "head" BIGINT NOT NULL,
    "listed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "reissue_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "credential_listings_pkey" PRIMARY KEY ("gateway_id","entity_type")
);

-- CreateIndex
CREATE INDEX "api_keys_created_by_idx" ON "api_keys"("created_by");

-- CreateIndex
CREATE UNIQUE INDEX "api_keys_artifact_id_handle_key" ON "api_keys"("artifact_id", "handle");

-- CreateIndex
CREATE UNIQUE INDEX "subscription_plans_organization_id_handle_key" ON "subscription_plans"("organization_id", "handle");

-- CreateIndex
CREATE UNIQUE INDEX "subscriptions_token_key" ON "subscriptions"("token");

-- CreateIndex
CREATE INDEX "subscriptions_organization_id_idx" ON "subscriptions"("organization_id");

-- CreateIndex
CREATE INDEX "subscriptions_application_id_idx" ON "subscriptions"("application_id");

-- CreateIndex
CREATE INDEX "subscriptions_plan_id_idx" ON "subscriptions"("plan_id");

-- CreateIndex
CREATE UNIQUE INDEX "subscriptions_artifact_id_subscriber_id_key" ON "subscriptions"("artifact_id", "subscriber_id");

-- CreateIndex
CREATE INDEX "applications_project_id_idx" ON "applications"("project_id");

-- CreateIndex
CREATE UNIQUE INDEX "applications_organization_id_handle_key" ON "applications"("organization_id", "handle");

-- CreateIndex
CREATE INDEX "application_key_mappings_api_key_id_idx" ON "application_key_mappings"("api_key_id");

-- CreateIndex
CREATE UNIQUE INDEX "secrets_organization_id_handle_key" ON "secrets"("organization_id", "handle");

-- CreateIndex
CREATE INDEX "credential_listings_reissue_at_idx" ON "credential_listings"("reissue_at");

-- AddForeignKey
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_artifact_id_fkey" FOREIGN KEY ("artifact_id") REFERENCES "artifacts"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "subscription_plans" ADD CONSTRAINT "subscription_plans_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organizations"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "subscriptions" ADD CONSTRAINT "subscriptions_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organizations"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "subscriptions" ADD CONSTRAINT "subscriptions_artifact_id_fkey" FOREIGN KEY ("artifact_id") REFERENCES "artifacts"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "subscriptions" ADD CONSTRAINT "subscriptions_application_id_fkey" FOREIGN KEY ("application_id") REFERENCES "applications"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "subscriptions" ADD CONSTRAINT "subscriptions_plan_id_fkey" FOREIGN KEY ("plan_id") REFERENCES "subscription_plans"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "applications" ADD CONSTRAINT "applications_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organizations"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "applications" ADD CONSTRAINT "applications_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "projects"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "application_key_mappings" ADD CONSTRAINT "application_key_mappings_application_id_fkey" FOREIGN KEY ("application_id") REFERENCES "applications"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "application_key_mappings" ADD CONSTRAINT "application_key_mappings_api_key_id_fkey" FOREIGN KEY ("api_key_id") REFERENCES "api_keys"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "secrets" ADD CONSTRAINT "secrets_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organizations"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "secret_holders" ADD CONSTRAINT "secret_holders_gateway_id_fkey" FOREIGN KEY ("gateway_id") REFERENCES "gateways"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "credential_listings" ADD CONSTRAINT "credential_listings_gateway_id_fkey" FOREIGN KEY ("gateway_id") REFERENCES "gateways"("id") ON DELETE CASCADE ON UPDATE CASCADE;



-- What Prisma's schema can't say.
CREATE FUNCTION keep_earlier_log_epoch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.earlier := NEW.earlier || OLD.epoch;
  RETURN NEW;
END $$;
CREATE TRIGGER keep_earlier_log_epoch BEFORE UPDATE ON "log_epoch"
  FOR EACH ROW WHEN (OLD.epoch <> NEW.epoch) EXECUTE FUNCTION keep_earlier_log_epoch();

ALTER TABLE "subscription_plans" ADD CONSTRAINT "subscription_plans_status" CHECK ("status" IN ('ACTIVE', 'INACTIVE'));
ALTER TABLE "subscriptions" ADD CONSTRAINT "subscriptions_status" CHECK ("status" IN ('ACTIVE', 'INACTIVE', 'REVOKED'));
ALTER TABLE "secrets"
  ADD CONSTRAINT "secrets_type" CHECK ("type" IN ('GENERIC', 'CERTIFICATE')),
  ADD CONSTRAINT "secrets_status" CHECK ("status" IN ('ACTIVE', 'DEPRECATED'));
CREATE INDEX "deployments_secrets" ON "deployments" USING gin ("secret_handles") WHERE "secret_handles" <> '{}';
CREATE INDEX "secret_holders_handle_idx" ON "secret_holders" ("handle");
CREATE INDEX "secret_holders_open" ON "secret_holders" ("gateway_id") WHERE "stale" OR "reissue_at" IS NOT NULL;
CREATE INDEX "tombstones_keys" ON "tombstones" (("payload"->>'apiId'), ("payload"->>'keyName')) WHERE "entity_type" = 'key';

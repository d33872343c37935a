-- AlterTable
ALTER TABLE "artifact_gateways" ADD COLUMN     "desired_since" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;
UPDATE "artifact_gateways" SET "desired_since" = "performed_at";

-- CreateTable
CREATE TABLE "deliveries" (
    "organization_id" UUID NOT NULL,
    "revision" BIGINT NOT NULL,
    "correlation_id" UUID NOT NULL,
    "published_at" TIMESTAMPTZ(3),
    "written_at" TIMESTAMPTZ(3),
    "confirmed_at" TIMESTAMPTZ(3),
    "settled_at" TIMESTAMPTZ(3),
    "outcome" TEXT,
    "reason" TEXT,

    CONSTRAINT "deliveries_pkey" PRIMARY KEY ("organization_id","revision")
);

-- CreateIndex
CREATE INDEX "events_organization_id_entity_id_revision_idx" ON "events"("organization_id", "entity_id", "revision");

-- What Prisma's schema can't say: places where what the gateway is known to hold is not what was decided.
CREATE INDEX "artifact_gateways_drifted" ON "artifact_gateways" ("gateway_id")
  WHERE "status" IN ('DEPLOYING', 'UNDEPLOYING', 'FAILED')
    AND ("confirmed_state" IS DISTINCT FROM "desired_state" OR ("desired_state" = 'DEPLOYED' AND "confirmed_deployment_id" IS DISTINCT FROM "deployment_id"));

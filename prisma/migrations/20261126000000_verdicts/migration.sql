-- AlterTable
ALTER TABLE "artifact_gateways" ADD COLUMN     "acked_at" TIMESTAMPTZ(3),
ADD COLUMN     "acked_status" TEXT,
ADD COLUMN     "refusal_reason" TEXT,
ADD COLUMN     "refused_at" TIMESTAMPTZ(3),
ADD COLUMN     "refused_deployment_id" UUID;

UPDATE "artifact_gateways" SET "acked_at" = "updated_at", "acked_status" = "status"
WHERE "status" IN ('DEPLOYED', 'UNDEPLOYED') AND "confirmed_performed_at" IS NOT NULL
  OR "status" = 'FAILED' AND "status_reason" <> 'DEPLOYMENT_TIMEOUT';
UPDATE "artifact_gateways" SET "refused_at" = "updated_at", "refusal_reason" = "status_reason", "refused_deployment_id" = "deployment_id"
WHERE "status" = 'FAILED';

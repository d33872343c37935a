-- AlterTable
ALTER TABLE "artifact_gateways" ADD COLUMN     "receipt_at" TIMESTAMPTZ(3),
ADD COLUMN     "reissue_at" TIMESTAMPTZ(3),
ADD COLUMN     "reissues" INTEGER NOT NULL DEFAULT 0;

CREATE INDEX "artifact_gateways_to_reissue" ON "artifact_gateways" ("reissue_at") WHERE "reissue_at" IS NOT NULL;

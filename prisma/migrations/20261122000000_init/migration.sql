-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "users" (
    "id" UUID NOT NULL,
    "username" TEXT NOT NULL,
    "password_hash" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "users_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "memberships" (
    "user_id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "scopes" TEXT[],
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "memberships_pkey" PRIMARY KEY ("user_id","organization_id")
);

-- CreateTable
CREATE TABLE "organizations" (
    "id" UUID NOT NULL,
    "handle" TEXT NOT NULL,
    "display_name" TEXT NOT NULL,
    "region" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "organizations_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "organization_heads" (
    "organization_id" UUID NOT NULL,
    "revision" BIGINT NOT NULL DEFAULT 0,
    "trimmed_through" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "organization_heads_pkey" PRIMARY KEY ("organization_id")
);

-- CreateTable
CREATE TABLE "published_heads" (
    "organization_id" UUID NOT NULL,
    "revision" BIGINT NOT NULL,

    CONSTRAINT "published_heads_pkey" PRIMARY KEY ("organization_id")
);

-- CreateTable
CREATE TABLE "events" (
    "organization_id" UUID NOT NULL,
    "revision" BIGINT NOT NULL,
    "id" UUID NOT NULL,
    "gateway_id" UUID,
    "entity_type" TEXT NOT NULL,
    "entity_id" UUID NOT NULL,
    "action" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "frame" TEXT NOT NULL,
    "user_id" TEXT,
    "committed_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "events_pkey" PRIMARY KEY ("organization_id","revision")
);

-- CreateTable
CREATE TABLE "log_epoch" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "epoch" UUID NOT NULL,

    CONSTRAINT "log_epoch_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "leases" (
    "name" TEXT NOT NULL,
    "holder" UUID NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "leases_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "projects" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "handle" TEXT NOT NULL,
    "display_name" TEXT NOT NULL,
    "description" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "projects_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "gateways" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "handle" TEXT NOT NULL,
    "display_name" TEXT NOT NULL,
    "description" TEXT,
    "endpoints" JSONB NOT NULL,
    "properties" JSONB,
    "is_critical" BOOLEAN NOT NULL DEFAULT false,
    "functionality_type" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "gateways_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "gateway_tokens" (
    "id" UUID NOT NULL,
    "gateway_id" UUID NOT NULL,
    "token_hash" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "gateway_tokens_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "gateway_cursors" (
    "gateway_id" UUID NOT NULL,
    "log_epoch" UUID NOT NULL,
    "confirmed" BIGINT NOT NULL,
    "written" BIGINT NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "gateway_cursors_pkey" PRIMARY KEY ("gateway_id")
);

-- CreateTable
CREATE TABLE "gateway_manifests" (
    "gateway_id" UUID NOT NULL,
    "version" TEXT,
    "functionality_type" TEXT,
    "policies" JSONB NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "gateway_manifests_pkey" PRIMARY KEY ("gateway_id")
);

-- CreateTable
CREATE TABLE "edges" (
    "id" UUID NOT NULL,
    "heard_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "edges_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "gateway_connections" (
    "id" UUID NOT NULL,
    "edge_id" UUID NOT NULL,
    "gateway_id" UUID NOT NULL,
    "remote_address" TEXT NOT NULL,
    "connected_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "gateway_connections_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "artifacts" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "handle" TEXT NOT NULL,
    "display_name" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "description" TEXT,
    "project_id" UUID,
    "definition" JSONB NOT NULL,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "artifacts_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "deployments" (
    "id" UUID NOT NULL,
    "artifact_id" UUID NOT NULL,
    "gateway_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "base_deployment_id" UUID,
    "content" TEXT NOT NULL,
    "metadata" JSONB NOT NULL,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "deployments_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "artifact_gateways" (
    "artifact_id" UUID NOT NULL,
    "gateway_id" UUID NOT NULL,
    "deployment_id" UUID,
    "desired_state" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "status_reason" TEXT,
    "performed_at" TIMESTAMPTZ(3) NOT NULL,
    "correlation_id" UUID NOT NULL,
    "revision" BIGINT NOT NULL DEFAULT 0,
    "written_at" TIMESTAMPTZ(3),
    "confirmed_deployment_id" UUID,
    "confirmed_state" TEXT,
    "confirmed_performed_at" TIMESTAMPTZ(3),
    "receipt_at" TIMESTAMPTZ(3),
    "reissues" INTEGER NOT NULL DEFAULT 0,
    "reissue_at" TIMESTAMPTZ(3),
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "artifact_gateways_pkey" PRIMARY KEY ("artifact_id","gateway_id")
);

-- CreateTable
CREATE TABLE "tombstones" (
    "artifact_id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "deleted_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "tombstones_pkey" PRIMARY KEY ("artifact_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "users_username_key" ON "users"("username");

-- CreateIndex
CREATE UNIQUE INDEX "organizations_handle_key" ON "organizations"("handle");

-- CreateIndex
CREATE UNIQUE INDEX "events_id_key" ON "events"("id");

-- CreateIndex
CREATE INDEX "events_organization_id_gateway_id_revision_idx" ON "events"("organization_id", "gateway_id", "revision");

-- CreateIndex
CREATE INDEX "events_committed_at_idx" ON "events"("committed_at");

-- CreateIndex
CREATE UNIQUE INDEX "projects_organization_id_handle_key" ON "projects"("organization_id", "handle");

-- CreateIndex
CREATE UNIQUE INDEX "gateways_organization_id_handle_key" ON "gateways"("organization_id", "handle");

-- CreateIndex
CREATE UNIQUE INDEX "gateway_tokens_token_hash_key" ON "gateway_tokens"("token_hash");

-- CreateIndex
CREATE INDEX "gateway_tokens_gateway_id_idx" ON "gateway_tokens"("gateway_id");

-- CreateIndex
CREATE INDEX "gateway_connections_gateway_id_idx" ON "gateway_connections"("gateway_id");

-- CreateIndex
CREATE INDEX "gateway_connections_edge_id_idx" ON "gateway_connections"("edge_id");

-- CreateIndex
CREATE INDEX "artifacts_project_id_idx" ON "artifacts"("project_id");

-- CreateIndex
CREATE UNIQUE INDEX "artifacts_organization_id_kind_handle_key" ON "artifacts"("organization_id", "kind", "handle");

-- CreateIndex
CREATE UNIQUE INDEX "artifacts_organization_id_kind_display_name_version_key" ON "artifacts"("organization_id", "kind", "display_name", "version");

-- CreateIndex
CREATE INDEX "deployments_artifact_id_gateway_id_created_at_idx" ON "deployments"("artifact_id", "gateway_id", "created_at");

-- CreateIndex
CREATE INDEX "deployments_gateway_id_idx" ON "deployments"("gateway_id");

-- CreateIndex
CREATE INDEX "artifact_gateways_gateway_id_idx" ON "artifact_gateways"("gateway_id");

-- CreateIndex
CREATE INDEX "artifact_gateways_deployment_id_idx" ON "artifact_gateways"("deployment_id");

-- CreateIndex
CREATE INDEX "tombstones_organization_id_idx" ON "tombstones"("organization_id");

-- AddForeignKey
ALTER TABLE "memberships" ADD CONSTRAINT "memberships_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "memberships" ADD CONSTRAINT "memberships_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organizations"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "organization_heads" ADD CONSTRAINT "organization_heads_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organizations"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "projects" ADD CONSTRAINT "projects_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organizations"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "gateways" ADD CONSTRAINT "gateways_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organizations"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "gateway_tokens" ADD CONSTRAINT "gateway_tokens_gateway_id_fkey" FOREIGN KEY ("gateway_id") REFERENCES "gateways"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "gateway_cursors" ADD CONSTRAINT "gateway_cursors_gateway_id_fkey" FOREIGN KEY ("gateway_id") REFERENCES "gateways"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "gateway_manifests" ADD CONSTRAINT "gateway_manifests_gateway_id_fkey" FOREIGN KEY ("gateway_id") REFERENCES "gateways"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "gateway_connections" ADD CONSTRAINT "gateway_connections_edge_id_fkey" FOREIGN KEY ("edge_id") REFERENCES "edges"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "gateway_connections" ADD CONSTRAINT "gateway_connections_gateway_id_fkey" FOREIGN KEY ("gateway_id") REFERENCES "gateways"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "artifacts" ADD CONSTRAINT "artifacts_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organizations"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "artifacts" ADD CONSTRAINT "artifacts_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "projects"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "deployments" ADD CONSTRAINT "deployments_artifact_id_fkey" FOREIGN KEY ("artifact_id") REFERENCES "artifacts"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "deployments" ADD CONSTRAINT "deployments_gateway_id_fkey" FOREIGN KEY ("gateway_id") REFERENCES "gateways"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "artifact_gateways" ADD CONSTRAINT "artifact_gateways_artifact_id_fkey" FOREIGN KEY ("artifact_id") REFERENCES "artifacts"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "artifact_gateways" ADD CONSTRAINT "artifact_gateways_gateway_id_fkey" FOREIGN KEY ("gateway_id") REFERENCES "gateways"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "artifact_gateways" ADD CONSTRAINT "artifact_gateways_deployment_id_fkey" FOREIGN KEY ("deployment_id") REFERENCES "deployments"("id") ON DELETE NO ACTION ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "tombstones" ADD CONSTRAINT "tombstones_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organizations"("id") ON DELETE CASCADE ON UPDATE CASCADE;


-- What Prisma's schema can't say.
ALTER TABLE "log_epoch" ADD CONSTRAINT "log_epoch_one_row" CHECK ("id" = 1);
INSERT INTO "log_epoch" ("epoch") VALUES (gen_random_uuid());

ALTER TABLE "artifacts" ADD CONSTRAINT "artifacts_kind" CHECK ("kind" IN ('RestApi', 'LlmProvider', 'LlmProxy', 'Mcp'));
ALTER TABLE "events" ADD CONSTRAINT "events_action" CHECK ("action" IN ('CREATE', 'UPDATE', 'DELETE'));
ALTER TABLE "artifact_gateways"
  ADD CONSTRAINT "artifact_gateways_desired_state" CHECK ("desired_state" IN ('DEPLOYED', 'UNDEPLOYED')),
  ADD CONSTRAINT "artifact_gateways_status" CHECK ("status" IN ('DEPLOYED', 'UNDEPLOYED', 'DEPLOYING', 'UNDEPLOYING', 'FAILED')),
  ADD CONSTRAINT "artifact_gateways_deployed_what" CHECK ("desired_state" = 'UNDEPLOYED' OR "deployment_id" IS NOT NULL);
CREATE INDEX "artifact_gateways_in_transition" ON "artifact_gateways" ("gateway_id") WHERE "status" IN ('DEPLOYING', 'UNDEPLOYING');
CREATE INDEX "artifact_gateways_to_reissue" ON "artifact_gateways" ("reissue_at") WHERE "reissue_at" IS NOT NULL;

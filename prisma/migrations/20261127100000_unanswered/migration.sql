-- What gateways have not answered is looked for each second, also where its time has run out.
DROP INDEX "artifact_gateways_in_transition";
CREATE INDEX "artifact_gateways_unanswered" ON "artifact_gateways" ("gateway_id")
WHERE "status" IN ('DEPLOYING', 'UNDEPLOYING') OR "status_reason" = 'DEPLOYMENT_TIMEOUT';

# One image for each service: docker build --target ws-edge -t gatecast/ws-edge .
# Works with BuildKit and without, and needs nothing but the base image and the npm registry.
ARG NODE_IMAGE=node:22-bookworm-slim

# What is installed depends on these files alone, so a change of code installs nothing.
FROM ${NODE_IMAGE} AS packages
WORKDIR /gatecast
COPY package.json package-lock.json .npmrc ./
COPY libs/api-client/package.json libs/api-client/
COPY libs/broker/package.json libs/broker/
COPY libs/contracts/package.json libs/contracts/
COPY libs/database/package.json libs/database/
COPY libs/gateway-client/package.json libs/gateway-client/
COPY libs/service-kit/package.json libs/service-kit/
COPY services/api-service/package.json services/api-service/
COPY services/artifacts-service/package.json services/artifacts-service/
COPY services/cli/package.json services/cli/
COPY services/console/package.json services/console/
COPY services/front-door/package.json services/front-door/
COPY services/gateway-agent/package.json services/gateway-agent/
COPY services/migrations/package.json services/migrations/
COPY services/ws-edge/package.json services/ws-edge/
COPY stack/package.json stack/
COPY tests/package.json tests/
COPY deploy/image/install-workspace.sh deploy/image/

FROM packages AS api-service-packages
RUN deploy/image/install-workspace.sh services/api-service
FROM packages AS artifacts-service-packages
RUN deploy/image/install-workspace.sh services/artifacts-service
FROM packages AS ws-edge-packages
RUN deploy/image/install-workspace.sh services/ws-edge
FROM packages AS front-door-packages
RUN deploy/image/install-workspace.sh services/front-door
FROM packages AS gateway-agent-packages
# Its store is a native program for this platform, an optional package.
RUN deploy/image/install-workspace.sh services/gateway-agent --include=optional
FROM packages AS migrations-packages
RUN deploy/image/install-workspace.sh services/migrations
FROM packages AS credentials-packages
RUN deploy/image/install-workspace.sh stack

FROM packages AS build
RUN npm ci --ignore-scripts --no-fund --no-audit
COPY tsconfig.json tsconfig.base.json prisma.config.ts ./
COPY prisma prisma
COPY libs libs
COPY services services
COPY stack stack
RUN npm run build && \
  for workspace in libs/* services/* stack; do \
    mkdir -p "/built/$workspace" && cp -r "$workspace/package.json" "$workspace/dist" "/built/$workspace/"; \
  done && \
  find /built \( -name '*.d.ts' -o -name '*.map' -o -name '*.tsbuildinfo' \) -exec rm {} +

# Node is process 1, gets SIGTERM and has its own teardown; it starts no processes, so nothing is needed that reaps them.
FROM ${NODE_IMAGE} AS runtime
WORKDIR /gatecast
ENV HOST=0.0.0.0
COPY deploy/image/healthcheck.mjs ./
COPY --from=build /built/libs libs
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=5s --timeout=4s --start-period=60s --retries=3 CMD ["node", "healthcheck.mjs", "http"]
USER node

# Each service has a port of its own: an address that was another service's a moment ago then answers nothing.
FROM runtime AS api-service
ENV PORT=9241
COPY --from=build /gatecast/prisma/migrations prisma/migrations
COPY --from=api-service-packages /gatecast/node_modules node_modules
COPY --from=build /built/services/api-service services/api-service
COPY --from=build /built/services/console/dist services/console/dist
CMD ["node", "services/api-service/dist/index.js"]

FROM runtime AS artifacts-service
ENV PORT=9242
COPY --from=build /gatecast/prisma/migrations prisma/migrations
COPY --from=artifacts-service-packages /gatecast/node_modules node_modules
COPY --from=build /built/services/artifacts-service services/artifacts-service
CMD ["node", "services/artifacts-service/dist/index.js"]

FROM runtime AS ws-edge
ENV PORT=9244
COPY --from=ws-edge-packages /gatecast/node_modules node_modules
COPY --from=build /built/services/ws-edge services/ws-edge
CMD ["node", "services/ws-edge/dist/index.js"]

FROM runtime AS front-door
ENV PORT=9243
COPY --from=front-door-packages /gatecast/node_modules node_modules
COPY --from=build /built/services/front-door services/front-door
HEALTHCHECK --interval=5s --timeout=4s --start-period=60s --retries=3 CMD ["node", "healthcheck.mjs", "https"]
CMD ["node", "services/front-door/dist/index.js"]

# Keeps its store in /data.
FROM runtime AS gateway-agent
ENV PORT=9300 DATA_DIR=/data
USER root
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
COPY --from=gateway-agent-packages /gatecast/node_modules node_modules
COPY --from=build /built/services/gateway-agent services/gateway-agent
CMD ["node", "services/gateway-agent/dist/index.js"]

# Brings the database to where this release needs it, and ends.
FROM runtime AS migrations
HEALTHCHECK NONE
COPY --from=build /gatecast/prisma/migrations prisma/migrations
COPY --from=migrations-packages /gatecast/node_modules node_modules
COPY --from=build /built/services/migrations services/migrations
CMD ["node", "services/migrations/dist/index.js"]

# Makes the passwords, keys and certificate of a compose project in /credentials, a volume for each reader, and ends.
FROM runtime AS credentials
HEALTHCHECK NONE
USER root
RUN for reader in all postgres migrations nats api-service artifacts-service ws-edge front-door; do mkdir -p "/credentials/$reader"; done && \
  chown -R node:node /credentials
USER node
COPY --from=credentials-packages /gatecast/node_modules node_modules
COPY --from=build /built/stack stack
CMD ["node", "stack/dist/container-credentials.js", "/credentials", "localhost"]

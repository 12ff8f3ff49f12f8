# The broker, its console and the pulsemq command. docs/operations.md says how to run it.
FROM node:22-bookworm-slim AS build
WORKDIR /build
COPY . .
# Installs what package-lock.json says, and builds everything.
RUN npm ci --no-audit --no-fund
# What is left is what a running broker needs.
RUN npm prune --omit=dev --ignore-scripts --no-audit --no-fund
RUN rm -rf packages/*/src packages/*/tsconfig*.json packages/*/*.tsbuildinfo packages/console/public packages/console/browser packages/console/*.ts packages/console/index.html

FROM node:22-bookworm-slim
ENV NODE_ENV=production PULSEMQ_CONFIG_DIR=/data/.config
WORKDIR /app
COPY --from=build /build/package.json /build/LICENSE ./
COPY --from=build /build/node_modules ./node_modules
COPY --from=build /build/packages ./packages
COPY --from=build /build/ops/health-check.mjs ./health-check.mjs
RUN ln -s /app/packages/cli/bin/pulsemq.js /usr/local/bin/pulsemq && install -d -o node -g node -m 0700 /data

# The database, the log and .pulsemq_admin are here; nothing else is written.
WORKDIR /data
VOLUME /data
USER node
EXPOSE 5555 5556 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s CMD ["node", "/app/health-check.mjs"]
ENTRYPOINT ["node", "/app/packages/cli/bin/pulsemq.js"]
CMD ["serve"]

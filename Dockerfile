# Muster's one image: API and worker are the same build, told apart by their command.
# glibc base: the Temporal SDK's native core has no musl build.
FROM node:20-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit --no-fund
COPY . .
# The image has no compilers: dist/ is built here, and nothing compiles at a start.
RUN npm run build && npm prune --omit=dev && rm -rf node_modules/esbuild node_modules/@esbuild node_modules/@swc node_modules/swc-loader

FROM node:20-bookworm-slim
ENV NODE_ENV=production TZ=UTC
WORKDIR /app
COPY --from=build --chown=node:node /app/package.json ./
COPY --from=build --chown=node:node /app/node_modules ./node_modules
COPY --from=build --chown=node:node /app/dist ./dist
COPY --from=build --chown=node:node /app/dist.cli ./dist.cli
COPY --from=build --chown=node:node /app/scripts ./scripts
COPY --from=build --chown=node:node /app/bin ./bin
COPY --from=build --chown=node:node /app/config ./config
RUN mkdir -m 700 /data && chown node:node /data && ln -s /app/bin/muster.js /usr/local/bin/muster
VOLUME /data
ENV MUSTER_DATA=/data MUSTER_CONFIG=/app/config MUSTER_HOST=0.0.0.0 MUSTER_PORT=8080
USER node
EXPOSE 8080
CMD ["node", "dist/src/main.js", "api"]

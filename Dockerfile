# API, worker and migrations in one image:
#   docker build -t colloquy .
#   docker run --rm -p 127.0.0.1:3000:3000 -v colloquy-data:/data colloquy
# Without settings it runs embedded, with its data in /data; docker-compose.yml runs it on Postgres and Redis.

FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The image has the right Node already, and nothing that runs in production needs an install script.
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY migrations ./migrations
COPY src ./src
RUN npm run build
# The compiler is also the optional peer of a package that runs in production, so pruning alone would keep it.
RUN npm prune --omit=dev --ignore-scripts && rm -rf node_modules/typescript node_modules/.bin

FROM node:24-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 DATA_DIR=/data
WORKDIR /app
RUN mkdir /data && chown node:node /data
COPY package.json LICENSE ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
# The user `node`, by number so that an orchestrator can see that it is not root.
USER 1000:1000
EXPOSE 3000
# Of the API, or of the worker where that has a port.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.WORKER_PORT || process.env.PORT}/health/ready`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
STOPSIGNAL SIGTERM
CMD ["node", "--enable-source-maps", "dist/src/main.js"]

# tidegauge from its sources: Node 24 runs them, so there is no build step.
#   docker build -t tidegauge .
# The base image is an argument, so that a mirror or a digest can stand in for it.
ARG NODE_IMAGE=node:24-bookworm-slim

FROM ${NODE_IMAGE} AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Without scripts: all they would do is fetch the Node that a checkout brings along.
RUN npm ci --omit=dev --ignore-scripts

FROM ${NODE_IMAGE}
ENV NODE_ENV=production
WORKDIR /app
COPY --from=packages /app/node_modules node_modules
COPY LICENSE package.json ./
COPY bin bin
COPY cli cli
COPY lib lib
COPY offline offline
COPY schemas schemas
COPY services services
COPY sim sim

# The only place that is written to: the embedded log, and how far files were read. On Kafka with
# listeners alone nothing is, and the root file system may be read-only without it.
RUN mkdir -p /var/lib/tidegauge && chown 1000:1000 /var/lib/tidegauge
VOLUME /var/lib/tidegauge
WORKDIR /var/lib/tidegauge

# The user `node` of the base image; by number, so that Kubernetes sees that it is not root.
USER 1000:1000
EXPOSE 5514/udp 5514/tcp 9464/tcp

# Ready means that work moves; /readyz says why not. A command that serves no health has none.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:9464/readyz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]

ENTRYPOINT ["node", "/app/bin/tidegauge.js"]
CMD ["up", "--health-host", "0.0.0.0", "--health-port", "9464"]

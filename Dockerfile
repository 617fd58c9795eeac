# syntax=docker/dockerfile:1
# One image per service: docker build --target api|inference-worker|inference-worker-tensorflow|trainer|registry .
# The stages that build share everything; each image holds its own service, the libraries that one reaches, and nothing else.

ARG NODE_IMAGE=node:22.23.2-bookworm-slim@sha256:d649c27dae7ba0137b3cef5dd75baa422c08dc3d9e3fc0c23dfb172dc3cc6436

FROM ${NODE_IMAGE} AS base
WORKDIR /app

# Only the manifests: what follows is cached until one of them changes.
FROM base AS manifests
WORKDIR /context
RUN --mount=type=bind,target=/context \
    cp --parents -t /app package.json package-lock.json .npmrc apps/*/package.json libs/*/package.json e2e/package.json benchmarks/package.json examples/package.json
WORKDIR /app

FROM manifests AS build
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts
COPY . .
RUN npx tsc -b apps/api apps/inference-worker apps/trainer apps/registry && node tools/bundle.mjs

# npm installs a service and the libraries it reaches; assemble-service.mjs adds what tsc made of those.
FROM manifests AS api-files
RUN --mount=type=cache,target=/root/.npm --mount=type=bind,from=build,source=/app,target=/built \
    npm ci --ignore-scripts --omit=dev --workspace @switchyard/api \
    && node /built/tools/docker/assemble-service.mjs api /built .

FROM manifests AS inference-worker-files
RUN --mount=type=cache,target=/root/.npm --mount=type=bind,from=build,source=/app,target=/built \
    npm ci --ignore-scripts --omit=dev --workspace @switchyard/inference-worker \
    && node /built/tools/docker/assemble-service.mjs inference-worker /built .

FROM manifests AS trainer-files
RUN --mount=type=cache,target=/root/.npm --mount=type=bind,from=build,source=/app,target=/built \
    npm ci --ignore-scripts --omit=dev --workspace @switchyard/trainer \
    && node /built/tools/docker/assemble-service.mjs trainer /built .

FROM manifests AS registry-files
RUN --mount=type=cache,target=/root/.npm --mount=type=bind,from=build,source=/app,target=/built \
    npm ci --ignore-scripts --omit=dev --workspace @switchyard/registry \
    && node /built/tools/docker/assemble-service.mjs registry /built .

# libtensorflow and the binding to it, half a gigabyte: only the images that train, or serve with ENGINE=tensorflow, carry it.
FROM trainer-files AS native-tensorflow
ENV SWITCHYARD_CACHE=/opt/switchyard
# The compiler stays behind in this stage, so its exact version reaches no image.
# hadolint ignore=DL3008
RUN apt-get update && apt-get install -y --no-install-recommends g++ make python3 python3-pip && rm -rf /var/lib/apt/lists/*
RUN --mount=type=bind,source=tools,target=/app/tools node tools/docker/install-native-tensorflow.mjs

FROM inference-worker-files AS inference-worker-tensorflow-files
ENV SWITCHYARD_CACHE=/opt/switchyard
COPY --from=native-tensorflow /opt/switchyard /opt/switchyard
RUN --mount=type=bind,source=tools,target=/app/tools node tools/docker/install-native-tensorflow.mjs

FROM base AS runtime
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Switchyard" \
      org.opencontainers.image.description="Queue-driven, batched model serving for Node.js" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
# glibc keeps what is freed: in up to eight pools per core, and ever larger pieces of it. Two pools, and pieces above
# 256 KB given back at once, take up to a hundred megabytes less of api and worker together, and are no slower.
ENV NODE_ENV=production \
    MALLOC_ARENA_MAX=2 \
    MALLOC_MMAP_THRESHOLD_=262144 \
    HOST=0.0.0.0
# The files belong to root and the process does not: a service cannot change its own code.
RUN groupadd --gid 10001 switchyard && useradd --uid 10001 --gid 10001 --no-create-home --shell /usr/sbin/nologin switchyard
COPY tools/docker/healthcheck.mjs ./
USER 10001:10001
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["node", "healthcheck.mjs"]

FROM runtime AS api
COPY --from=api-files /app ./
ENV HTTP_PORT=8000 \
    TF_SERVING_PORT=8501 \
    GRPC_PORT=8500
EXPOSE 8000 8501 8500
CMD ["node", "apps/api/dist/bundle/main.js"]

FROM runtime AS inference-worker
COPY --from=inference-worker-files /app ./
ENV OPS_PORT=9101
EXPOSE 9101
CMD ["node", "apps/inference-worker/dist/bundle/main.js"]

FROM runtime AS inference-worker-tensorflow
COPY --from=native-tensorflow /opt/switchyard /opt/switchyard
COPY --from=inference-worker-tensorflow-files /app ./
ENV OPS_PORT=9101 \
    ENGINE=tensorflow
EXPOSE 9101
CMD ["node", "apps/inference-worker/dist/bundle/main.js"]

FROM runtime AS trainer
COPY --from=native-tensorflow /opt/switchyard /opt/switchyard
COPY --from=native-tensorflow /app ./
COPY pipelines ./pipelines
ENV OPS_PORT=9102 \
    PIPELINES_DIRECTORY=/app/pipelines
EXPOSE 9102
CMD ["node", "apps/trainer/dist/bundle/main.js"]

FROM runtime AS registry
COPY --from=registry-files /app ./
ENV OPS_PORT=9103
EXPOSE 9103
CMD ["node", "apps/registry/dist/bundle/main.js"]

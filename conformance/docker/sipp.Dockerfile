# SIPp for RUNNER=docker: one container with the host's network stays up for a run, each call leg is an exec in it, under the
# user of the suite. Any Debian will do as BASE_IMAGE.
ARG BASE_IMAGE=debian:bookworm-slim
FROM ${BASE_IMAGE}
RUN apt-get update \
 && apt-get install -y --no-install-recommends sip-tester \
 && rm -rf /var/lib/apt/lists/*
ENV TZ=UTC TERM=dumb
USER nobody
CMD ["sleep", "infinity"]

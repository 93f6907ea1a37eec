# SIPp for RUNNER=docker: one container with the host's network stays up for a run, each call leg is an exec in it.
FROM debian:bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends sip-tester \
 && rm -rf /var/lib/apt/lists/*
ENV TZ=UTC TERM=dumb
CMD ["sleep", "infinity"]

#!/usr/bin/env bash
# Sees that the programs that `make bench` compares with are there: a C compiler, rtpengine, SIPp. Installs them through
# apt where that is possible without asking. What cannot be had is no error here: the bench leaves its part out and says why.
set -euo pipefail

missing=()
command -v cc >/dev/null || missing+=(gcc libc6-dev)
command -v rtpengine >/dev/null || missing+=(rtpengine-daemon)
command -v sipp >/dev/null || missing+=(sip-tester)
[ ${#missing[@]} -eq 0 ] && exit 0
{ command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; } || exit 0

echo "installing ${missing[*]} through apt …" >&2
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
policy=/usr/sbin/policy-rc.d
ours=no
finish() { rm -f "$log"; if [ $ours = yes ]; then rm -f $policy; fi; }
trap finish EXIT
# The package would start a daemon of its own, which nobody asked for.
if [ ! -e $policy ]; then
  ours=yes
  printf '#!/bin/sh\nexit 101\n' >$policy
  chmod 755 $policy
fi
updated=no
# One by one: what one of them lacks is not to keep the others away.
for package in "${missing[@]}"; do
  apt-get install -y -q --no-install-recommends "$package" >"$log" 2>&1 && continue
  if [ $updated = no ]; then
    updated=yes
    apt-get update -q >"$log" 2>&1 && apt-get install -y -q --no-install-recommends "$package" >"$log" 2>&1 && continue
  fi
  echo "apt could not install $package: $(tail -n 1 "$log")" >&2
done

#!/usr/bin/env bash
# Sees that the programs beside Node are there: SIPp (unless containers run it) and espeak-ng.
# Installs them through apt where that is possible without asking; else says what to install.
set -euo pipefail
runner=${1:-auto}

engine() { command -v docker >/dev/null && timeout 10 docker info >/dev/null 2>&1; }

need_sipp=no
case $runner in
  local) need_sipp=yes ;;
  docker) engine || { echo "RUNNER=docker: no container engine answers. Start Docker, or use RUNNER=local." >&2; exit 2; } ;;
  auto) engine || need_sipp=yes ;;
  *) echo "RUNNER=$runner is unknown: use auto, docker or local." >&2; exit 2 ;;
esac

missing=()
if [ $need_sipp = yes ] && ! command -v sipp >/dev/null; then missing+=(sip-tester); fi
if ! command -v espeak-ng >/dev/null; then missing+=(espeak-ng); fi
[ ${#missing[@]} -eq 0 ] && exit 0

if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
  echo "installing ${missing[*]} through apt …" >&2
  export DEBIAN_FRONTEND=noninteractive
  log=$(mktemp)
  # A list of packages from an earlier update is good enough; it is fetched when an install fails without it.
  if ! apt-get install -y -q --no-install-recommends "${missing[@]}" >"$log" 2>&1; then
    { apt-get update -q && apt-get install -y -q --no-install-recommends "${missing[@]}"; } >"$log" 2>&1 || {
      tail -n 5 "$log" >&2
      rm -f "$log"
      echo "apt could not install ${missing[*]}: install them by hand, then run make again." >&2
      exit 2
    }
  fi
  rm -f "$log"
  exit 0
fi

for package in "${missing[@]}"; do
  case $package in
    sip-tester) echo "SIPp is missing: 'apt install sip-tester' (Debian, Ubuntu) or 'brew install sipp', or start Docker." >&2; exit 2 ;;
    espeak-ng) echo "espeak-ng is missing, there is no text to speech without it: 'apt install espeak-ng' or 'brew install espeak-ng'." >&2 ;;
  esac
done

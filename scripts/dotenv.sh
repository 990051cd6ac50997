#!/usr/bin/env bash
# Writes .env for docker compose: .env.example with a random password wherever a value is empty. An .env
# that is there stays as it is: its passwords are those of the data.
set -euo pipefail
cd "$(dirname "$0")/.."

file=${1:-.env}
if [[ -e $file ]]; then
    echo "$file is there; it stays as it is." >&2
    exit 0
fi
umask 077
while IFS= read -r line; do
    if [[ $line =~ ^[A-Z_]+=$ ]]; then
        line+=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
    fi
    printf '%s\n' "$line"
done <.env.example >"$file.new"
mv "$file.new" "$file"
echo "Passwords are in $file." >&2

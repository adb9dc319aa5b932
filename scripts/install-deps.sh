#!/usr/bin/env bash
# Installs the system packages that are missing; does nothing, and asks nobody, when all are there.
set -euo pipefail

# Each package with the name by which pkg-config knows it, for systems that are not Debian.
wanted=(
    "pkg-config pkg-config"
    "libsqlite3-dev sqlite3"
    "libssl-dev libcrypto"
    "libopenblas-dev openblas"
    "libsecp256k1-dev libsecp256k1"
)

is_there() {
    if [[ $1 == pkg-config ]]; then command -v pkg-config >/dev/null; return; fi
    pkg-config --exists "$2" 2>/dev/null
}

missing=()
for entry in "${wanted[@]}"; do
    read -r package module <<<"$entry"
    is_there "$package" "$module" || missing+=("$package")
done
if ((${#missing[@]} == 0)); then exit 0; fi

command="apt-get install -y --no-install-recommends ${missing[*]}"
echo "deps: missing ${missing[*]}" >&2
if ! command -v apt-get >/dev/null; then
    echo "deps: there is no apt-get here; install what gives pkg-config the modules of: ${missing[*]}" >&2
    exit 69
fi

as_root=()
if ((EUID != 0)); then
    if ! command -v sudo >/dev/null; then
        echo "deps: neither root nor sudo; ask somebody who is to run: $command" >&2
        exit 69
    fi
    as_root=(sudo)
fi

export DEBIAN_FRONTEND=noninteractive
# Lists may be absent or too old to name files that still exist; then fetch them and try once more.
if ! "${as_root[@]}" $command >&2; then
    "${as_root[@]}" apt-get update >&2
    if ! "${as_root[@]}" $command >&2; then
        echo "deps: the packages could not be installed; try: $command" >&2
        exit 69
    fi
fi

#!/usr/bin/env bash
# Runs every scenario and feature in two processes, one with deterministic hashing, and compares their journals:
#   scripts/check-scenarios.sh BINARY
set -euo pipefail
binary=${1:?the executable}
cd "$(dirname "$0")/.."
files=(fixtures/scenarios/*.toml fixtures/features/*.feature)

"$binary" run "${files[@]}"
first=$("$binary" run --hash "${files[@]}")
second=$(SWIFT_DETERMINISTIC_HASHING=1 "$binary" run --hash "${files[@]}")
if [[ $first != "$second" ]]; then
    echo "scenarios: the same seed gave different histories:" >&2
    diff <(printf '%s\n' "$first") <(printf '%s\n' "$second") >&2 || true
    exit 13
fi
echo "scenarios: $(wc -l <<<"$first") histories, the same in two processes" >&2

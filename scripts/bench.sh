#!/usr/bin/env bash
# Runs every benchmark, or those that are named: scripts/bench.sh [NAME…]
set -euo pipefail
cd "$(dirname "$0")/../Benchmarks"

names=("$@")
if ((${#names[@]} == 0)); then
    for folder in Sources/*/; do names+=("$(basename "$folder")"); done
fi
swift build -c release
for name in "${names[@]}"; do
    echo "== $name"
    .build/release/"$name"
done

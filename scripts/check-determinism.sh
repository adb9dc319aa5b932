#!/usr/bin/env bash
# Runs the scripted demo in many processes and compares the hashes of everything that happened:
#   scripts/check-determinism.sh COUNT BINARY…
# Every other process runs with deterministic hashing, so that a dependence on hash order shows.
set -euo pipefail
count=${1:?how many processes}
shift

hashes=$(
    for binary in "$@"; do
        for ((run = 0; run < count; run++)); do
            if ((run % 2)); then export SWIFT_DETERMINISTIC_HASHING=1; else unset SWIFT_DETERMINISTIC_HASHING; fi
            "$binary" demo --backend scripted --hash
        done
    done | sort | uniq -c
)
if [[ $(wc -l <<<"$hashes") -ne 1 ]]; then
    echo "determinism: the same seed gave different histories:" >&2
    echo "$hashes" >&2
    exit 13
fi
echo "determinism: $(awk '{ print $1 " processes, one history, " $2 }' <<<"$hashes")" >&2

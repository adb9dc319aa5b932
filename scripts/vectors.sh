#!/usr/bin/env bash
# Runs the tests that read reference vectors, and counts the cases by kind: passed, failed, not covered.
#
#   LOCALNET_VECTORS, LOCALNET_LLM_REFS   other folders of vectors than fixtures/vectors and fixtures/llm
set -euo pipefail
cd "$(dirname "$0")/.."

log=$(mktemp)
trap 'rm -f "$log"' EXIT
swift build --build-tests
status=0
swift test --skip-build --disable-xctest \
    --filter '^(Keys|SMST|Shannon|Onchain|World|Inference)Tests\.' >"$log" 2>&1 || status=$?

# Tests print "FILE KIND: N passed[, M FAILED]", the files' contents "FILE KIND: N cases", and "not covered: …".
# A kind that several tests run counts once, with the smallest number that passed.
awk '
    /^[a-z_0-9]+ [A-Za-z_0-9-]+: [0-9]+ (passed|run)/ {
        key = $1 " " $2
        if (!(key in passed) || $3 < passed[key]) passed[key] = $3
        if (/FAILED/) failed[key] = $5
    }
    /^[a-z_0-9]+ [A-Za-z_0-9-]+: [0-9]+ cases/ { cases[$1 " " $2] = $3 }
    /^[a-z_0-9]+: [0-9]+ / { details[++count] = $0 }
    /^not covered: / { uncovered[$0] = 1 }
    END {
        for (key in cases) if (!(key in passed)) {
            split(key, parts, " ")
            # These files are replayed whole, test by test; what they count stands in their own lines.
            if (parts[1] != "smst_vectors") uncovered["not covered: " key " " cases[key] " cases, no test ran them"] = 1
            else passed[key] = cases[key]
        }
        for (key in passed) {
            printf "%-52s %6d passed%s\n", key, passed[key], (key in failed ? ", " failed[key] " FAILED" : "") | "sort"
            total += passed[key]; bad += failed[key]
        }
        close("sort")
        for (i = 1; i <= count; i++) print details[i]
        for (line in uncovered) { print line | "sort"; left++ }
        close("sort")
        printf "vectors: %d cases passed, %d failed; %d lines of what is not covered\n", total, bad, left
    }
' "$log"
if ((status != 0)); then
    grep -E '✘|error:' "$log" >&2 || tail -n 40 "$log" >&2
fi
tail -n 1 "$log"
exit "$status"

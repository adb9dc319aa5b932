#!/usr/bin/env bash
# Fuzzes the reader of model files: scripts/fuzz-gguf.sh [SECONDS]. Inputs found before are used again; one that makes
# it fail is kept in Fuzzing/.build/found and named.
set -euo pipefail
cd "$(dirname "$0")/../Fuzzing"

mkdir -p .build/seeds .build/corpus .build/found
python3 ../scripts/make-fixture-model.py --seeds .build/seeds
swift build --sanitize=fuzzer
.build/debug/GGUFFuzzer -max_total_time="${1:-60}" -timeout=10 -rss_limit_mb=1024 -max_len=16384 -dict=gguf.dict \
    -artifact_prefix=.build/found/ -print_final_stats=1 .build/corpus .build/seeds

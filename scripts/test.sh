#!/usr/bin/env bash
# Builds and runs all tests; the last line is the test runner's summary.
set -euo pipefail
cd "$(dirname "$0")/.."

swift build --build-tests
scripts/test-client.sh .build/debug/localnet
swift test --skip-build --disable-xctest

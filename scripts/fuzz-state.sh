#!/usr/bin/env bash
# Gives networks states, inputs and settings with absurd fields: scripts/fuzz-state.sh [FIRST [END]]. Every seed that ends
# the process, or takes longer than 20 s, is a finding: what it changed and where it ended stand in
# .build/hostile/SEED.txt. Exits with 1 when there are any.
set -uo pipefail
cd "$(dirname "$0")/.."

first=${1:-0} end=${2:-20000}
log=.build/hostile/log.txt
mkdir -p .build/hostile
swift build --product localnetPackageTests || exit
ulimit -c 0
findings=0
while ((first < end)); do
    # Half the seeds of a batch may be costly; a fresh process bounds what the memory of checked signatures takes.
    last=$((first + 2000 < end ? first + 2000 : end))
    LOCALNET_HOSTILE_SEEDS=$first,$last SWIFT_BACKTRACE=enable=yes,color=no,interactive=no,limit=40,threads=crashed,images=none,registers=none \
        swift test --skip-build --disable-xctest --filter HostileTests/long >"$log" 2>&1 && {
        grep -E "^[0-9]+\.\.<" "$log"
        first=$last
        continue
    }
    seed=$(grep -oE '^seed [0-9]+' "$log" | tail -1 | cut -d' ' -f2)
    [[ -n $seed ]] || { tail -5 "$log"; exit 1; }
    sed -n "/^seed $seed /,\$p" "$log" >".build/hostile/$seed.txt"
    head -c 300 ".build/hostile/$seed.txt" | head -1
    findings=$((findings + 1))
    first=$((seed + 1))
done
echo "$findings findings"
((findings == 0))

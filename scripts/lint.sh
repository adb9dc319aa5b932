#!/usr/bin/env bash
# The rules of the house that the compiler and the formatter do not know.
set -uo pipefail
# So that `refuse` counts in this shell although it stands at the end of a pipe.
shopt -s lastpipe
export LC_ALL=C.UTF-8
cd "$(dirname "$0")/.."

core="Sources/Keys Sources/SMST Sources/Shannon Sources/Onchain Sources/Offchain Sources/World Sources/Scenario"
swift_files() { find "$@" -name '*.swift' -not -path '*/Generated/*' -not -path '*/.build/*' 2>/dev/null; }
failures=0

# Prints what stdin has under a heading, and counts it as a failure.
refuse() {
    local found
    found=$(cat)
    [[ -z $found ]] && return
    printf 'lint: %s\n%s\n' "$1" "$found" >&2
    failures=$((failures + 1))
}

# Code without comments and texts, as FILE:LINE:CODE.
code() { swift_files "$@" | xargs -r awk '
    { line = $0; gsub(/"([^"\\]|\\.)*"/, "\"\"", line); sub(/\/\/.*/, "", line) }
    line ~ /[^[:space:]]/ { print FILENAME ":" FNR ":" line }'; }

# Determinism of the core: the same inputs give the same world.
code $core | grep -E '\b(Date\(|Date\.|ContinuousClock|SuspendingClock|DispatchTime|clock_gettime|gettimeofday|Task\.sleep|usleep|UUID\(|SystemRandomNumberGenerator|ProcessInfo|getenv|hashValue|arc4random|RAND_bytes)|\.shuffled\(\)|\.randomElement\(\)|\.random\(in: [^,]*\)$' |
    refuse "clocks, chance and hash order have no place in the core"
code $core | grep -E '\.(shuffle|shuffled|randomElement|random)\(' | grep -v 'using:' |
    refuse "randomness in the core needs a seeded generator (using:)"

# Iteration over dictionaries and sets: names declared as one in the same file must not be iterated.
for file in $(swift_files $core); do
    awk '
        { line = $0; sub(/\/\/.*/, "", line) }
        match(line, /(let|var) [A-Za-z_]+(: (\[[A-Za-z.]+: [^\]]+\]|Set<[^>]+>)| = (Set|Dictionary)[<(])/) {
            split(substr(line, RSTART, RLENGTH), words, /[ :]/); names[words[2]] = 1
        }
        { lines[FNR] = line }
        END {
            for (n = 1; n <= FNR; n++) for (name in names)
                if (lines[n] !~ /sorted/ && lines[n] ~ "(in |\\.\\.\\.)" name "( |\\.keys|\\.values|$)" && lines[n] ~ /for / || lines[n] ~ "[^A-Za-z_.]" name "\\.(map|forEach|filter|reduce|flatMap|compactMap|keys|values|first|min|max)[ ({.]?" && lines[n] !~ /sorted/)
                    print FILENAME ":" n ":" lines[n]
        }' "$file"
done | refuse "iteration over a dictionary or set in the core; use SortedMap, or sort"

# What may end the process on data from outside.
code Sources | grep -E '\b(try!|as!|fatalError\()|[]A-Za-z0-9_)]!([].[:space:]),]|$)' | grep -v '!=' |
    refuse "no try!, as!, fatalError or forced unwrapping in sources"

# Sizes.
swift_files Sources Tests Benchmarks/Sources | xargs -r awk 'FNR == 401 { print FILENAME }' | grep -v '/EnglishWords' |
    refuse "files longer than 400 lines"
swift_files Sources | xargs -r awk '
    FNR == 1 { name = "" }
    name == "" && /^ *((public|private|fileprivate|internal|static|mutating|nonisolated|override|package|final|class) )*(func|init)[ (<?]/ {
        match($0, /^ */); depth = RLENGTH; name = $0; start = FNR; next
    }
    name != "" { match($0, /^ */); if (RLENGTH == depth && /^ *}/) {
        if (FNR - start > 70) print FILENAME ":" start ": " FNR - start " lines"
        name = "" } else if (RLENGTH == depth && /^ *[a-z@\/]/) name = "" }' |
    refuse "functions longer than 70 lines"

# Words.
code Sources | grep -E '\b(class|struct|enum|actor|protocol|typealias) [A-Za-z]*(Engine|Manager|Helper|Util|Utils|Utility)\b' |
    refuse "names that say nothing: engine, manager, helper, util"
swift_files Sources Tests Benchmarks/Sources | xargs -r grep -nE '\b(TODO|FIXME|XXX)\b' | refuse "unfinished marks"

# Places of one machine.
git ls-files -z | xargs -0 grep -InE '(^|[^A-Za-z0-9_.$}])/(work|root|home|opt|Users)/[A-Za-z]' 2>/dev/null |
    grep -vE '^(scripts/lint\.sh|fixtures/)' | refuse "paths of one machine"
git ls-files -z | xargs -0 grep -InE '\.\./shared' 2>/dev/null | grep -v '^scripts/lint\.sh' |
    refuse "places outside of this repository"

if ((failures > 0)); then
    echo "lint: $failures of the rules are broken" >&2
    exit 1
fi
echo "lint: all rules hold" >&2

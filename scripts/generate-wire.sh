#!/bin/sh
# Generates Sources/Shannon/Wire/Generated from Sources/Shannon/Wire/Protos. The result is committed: building the
# generator with every build would take minutes.
#
# Needs protoc (Debian: apt-get install protobuf-compiler) and protoc-gen-swift of the swift-protobuf release that
# Package.resolved names, on PATH or as PROTOC_GEN_SWIFT. To build the latter:
#
#   git clone --depth 1 --branch 1.39.0 https://github.com/apple/swift-protobuf.git
#   swift build --package-path swift-protobuf --product protoc-gen-swift
#   PROTOC_GEN_SWIFT=swift-protobuf/.build/debug/protoc-gen-swift scripts/generate-wire.sh
set -eu

wire=$(cd "$(dirname "$0")/../Sources/Shannon/Wire" && pwd)
generator=${PROTOC_GEN_SWIFT:-$(command -v protoc-gen-swift || true)}
if [ -z "$generator" ]; then
    echo "generate-wire: no protoc-gen-swift; see the comment in $0" >&2
    exit 69
fi

rm -f "$wire"/Generated/*.pb.swift
protoc --proto_path="$wire/Protos" --plugin=protoc-gen-swift="$generator" \
    --swift_opt=Visibility=Internal,UseAccessLevelOnImports=true --swift_out="$wire/Generated" "$wire"/Protos/*.proto

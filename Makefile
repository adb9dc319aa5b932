SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help deps model build demo up test vectors bench lint format clean

# Further arguments, for example: make demo ARGS="--sessions 3"
ARGS ?=

help: ## Say what each target does
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

deps: ## Install the system packages that are missing
	@scripts/install-deps.sh

model: ## Fetch the default model into the cache folder, once
	@scripts/fetch-model.sh

build: deps ## Build the release executable, .build/release/localnet
	swift build -c release --product localnet

demo: build model ## Set up everything and run the narrated tour
	@.build/release/localnet demo $(ARGS)

up: build model ## Set up everything and run a network until Ctrl-C
	@.build/release/localnet up $(ARGS)

test: deps model ## Set up everything and run all tests
	@scripts/test.sh

vectors: deps model ## Run the reference vectors alone and count them by kind
	@scripts/vectors.sh

bench: deps model ## Time the parts that must be fast
	@scripts/bench.sh

lint: ## Check format, determinism, sizes and words
	swift format lint --strict --recursive --parallel Sources Tests Benchmarks Examples Package.swift
	@scripts/lint.sh

format: ## Format all Swift code
	swift format --in-place --recursive --parallel Sources Tests Benchmarks Examples Package.swift

clean: ## Remove everything that was built
	rm -rf .build Benchmarks/.build Examples/EndToEnd/.build .venv-client

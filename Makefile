# `make run` and `make test` are all a newcomer needs; each installs and fetches what it lacks, and may be repeated.
.DEFAULT_GOAL := help
.PHONY: help run test bench fuzz sanitize lint format docs clean

PORT ?= 8080
SOURCES := Sources Tests Benchmarks Package.swift

help: ## show this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

run: ## start WriteCareConnect with a private database and a made-up care provider (PORT=8080)
	@tools/run "$(PORT)"

test: ## run every test
	@tools/test

bench: ## measure a release build on this machine (BENCH_SECONDS=10 BENCH_STREAMS=1000)
	@tools/bench

fuzz: ## give every parser any bytes at all (FUZZ_SECONDS=60 for each)
	@tools/check-machine none
	@tools/fuzz "$${FUZZ_SECONDS:-60}"

sanitize: ## run the Swift tests under the thread and the address sanitizer
	@tools/sanitize

lint: ## check the format of the Swift code
	@tools/check-machine none
	@swift format lint --strict --parallel --recursive $(SOURCES)

format: ## put the Swift code into the common format
	@tools/check-machine none
	@swift format --in-place --parallel --recursive $(SOURCES)

docs: ## regenerate docs/configuration.md, docs/openapi.json, docs/schema.sql, docs/audit-actions.md, docs/policy.json and .env.example
	@tools/generate-docs

clean: ## remove what was built and fetched (the data in .local/dev stays)
	rm -rf .build .build-thread .build-address Assets/vendor .local/tools .local/bench/synapse .local/cache .local/log

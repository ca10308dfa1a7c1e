# The one front door. `make` lists what can be done; V=1 shows the commands as they run.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules --no-print-directory

Q := $(if $(V),,@)
# rustup does not always leave its folder in the PATH of a non-login shell.
export PATH := $(or $(CARGO_HOME),$(HOME)/.cargo)/bin:$(PATH)

TARGET := $(or $(CARGO_TARGET_DIR),target)
PAIRLANE := $(TARGET)/release/pairlane
# The commit that a table of figures is quoted with; `-dirty` where files differ from it.
export PAIRLANE_COMMIT := $(shell git describe --always --dirty 2>/dev/null || echo unknown)
# LOCKED=--locked refuses to touch Cargo.lock; .ci/run sets it.
LOCKED ?=
CARGO := cargo
# The debug binary as `make test` has built it: any narrower build has dependencies with other features,
# and would take minutes to build them again.
BUILD_AS_TESTED = $(CARGO) test $(LOCKED) --workspace --all-features --no-run --quiet
CARGO_DENY_VERSION := 0.20.2
CARGO_FUZZ_VERSION := 0.13.2
HELM_VERSION := v3.18.6
# Seconds for each fuzz target, and which targets (default: all).
FUZZ_SECONDS ?= 60
FUZZ_TARGETS ?=
# Seconds of `make soak-http`.
SOAK_SECONDS ?= 60
# Seconds for each fuzz target of the Go package in `make test-go`.
FUZZ_GO_SECONDS ?= 5
# The C libraries, and where `make install` puts them.
LIB := $(TARGET)/pairlane
PREFIX ?= /usr/local

##@ Use
.PHONY: help
help: ## list the targets
	@awk 'BEGIN { FS = ":.*## " } \
	  /^##@ / { printf "\n%s\n", substr($$0, 5) } \
	  /^[a-z-]+:.*## / { printf "  %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: build ## build the release binary and start the service on loopback; prints requests to try
	$(Q)exec $(PAIRLANE) serve

.PHONY: demo
demo: build ## verify a shipped file of real signatures; then walk through custody on a throw-away token
	$(Q)$(PAIRLANE) demo
	$(Q)hsm/walkthrough $(PAIRLANE)

.PHONY: build
build: setup ## build the release binary only
	$(Q)$(CARGO) build $(LOCKED) --release -p pairlane-server

.PHONY: lib
lib: setup ## build libpairlane.a and .so into target/pairlane, and what the Go package links
	$(Q)$(CARGO) build $(LOCKED) --release -p pairlane-ffi
	$(Q)ffi/link $(TARGET)/release/libpairlane_ffi.a $(LIB)
	$(Q)go-bindings/put-lib $(LIB)

.PHONY: install
install: lib ## install the C libraries, headers and pkg-config file under PREFIX (/usr/local)
	$(Q)ffi/install $(LIB) $(PREFIX)

.PHONY: man
man: build ## write the man pages to target/man
	$(Q)mkdir -p $(TARGET)/man
	$(Q)$(PAIRLANE) man $(TARGET)/man

.PHONY: completions
completions: build ## write shell completions to target/completions
	$(Q)mkdir -p $(TARGET)/completions
	$(Q)for shell in bash zsh fish; do $(PAIRLANE) completions $$shell > $(TARGET)/completions/pairlane.$$shell; done

.PHONY: deb
deb: build ## make the Debian package in target/deb
	$(Q)deploy/debian/build $(PAIRLANE) $(TARGET)/deb

# `--lib`: the library and the binary are both called pairlane, and rustdoc would write one over the other.
.PHONY: doc
doc: setup ## build the API documentation
	$(Q)$(CARGO) doc $(LOCKED) --workspace --no-deps --all-features --lib

##@ Check
.PHONY: test
test: setup ## run every test, doctests included
	$(Q)hsm/kryoptic/build
	$(Q)$(CARGO) test $(LOCKED) --workspace --all-features --no-fail-fast
	$(Q)hsm/walkthrough --quiet $(TARGET)/debug/pairlane
	$(Q)$(MAKE) test-backends
	$(Q)$(MAKE) test-c
	$(Q)$(MAKE) test-go
	$(Q)$(MAKE) test-browser
	$(Q)$(MAKE) test-bochs

# Seconds each, once the tests are built. What the processor lacks is said and counted.
.PHONY: test-backends
test-backends: ## hold every backend of this processor to the vectors and to the reference
	$(Q)$(BUILD_AS_TESTED)
	$(Q)for backend in avx512ifma avx2 blst portable; do \
	  if PAIRLANE_BACKEND=$$backend $(TARGET)/debug/pairlane cpu >/dev/null 2>&1; then \
	    echo "backend $$backend"; \
	    PAIRLANE_BACKEND=$$backend $(CARGO) test $(LOCKED) --workspace --all-features --test vectors --test differential || exit 1; \
	  else echo "skipped: backend $$backend, which this processor lacks"; fi; \
	done

.PHONY: test-c
test-c: lib ## test the C and C++ side: headers, symbols, hostile calls, vectors, examples
	$(Q)$(CARGO) build $(LOCKED) --release -p pairlane-cross
	$(Q)$(TARGET)/release/pairlane-cross > $(LIB)/vectors.inc
	$(Q)ffi/test-c $(LIB) $(LIB)/vectors.inc

# The second library has pl_test_panic too: a build of one crate more.
.PHONY: test-go
test-go: ## test the Go package, FUZZ_GO_SECONDS (5) for each of its fuzz targets
	$(Q)if ! command -v go >/dev/null; then \
	  echo 'test-go: skipped: no go in PATH; the Go package needs 1.24 or newer' >&2; exit 0; fi; \
	$(MAKE) lib; \
	$(CARGO) build $(LOCKED) --release -p pairlane-ffi --features test-panic; \
	ffi/link $(TARGET)/release/libpairlane_ffi.a $(LIB)-panic pl_test_panic; \
	go-bindings/check $(LIB) $(LIB)-panic $(FUZZ_GO_SECONDS)

.PHONY: test-api
test-api: build ## hold the service to its own description, with schemathesis
	$(Q)tests/api/run $(PAIRLANE) $(TARGET)

.PHONY: soak-http
soak-http: build ## load the service for SOAK_SECONDS (60), with 10,000 idle connections beside
	$(Q)PAIRLANE_BIN=$(abspath $(PAIRLANE)) PAIRLANE_SOAK_SECONDS=$(SOAK_SECONDS) \
	  $(CARGO) test $(LOCKED) -p pairlane-tests --test serve_load

# Helm is a program in Go, built once by it.
.PHONY: test-chart
test-chart: build ## lint the Helm chart, and hold it to its schema
	$(Q)if ! command -v go >/dev/null; then echo 'skipped: test-chart, no go to build helm with' >&2; exit 0; fi; \
	GOBIN=$(abspath $(TARGET))/helm go install helm.sh/helm/v3/cmd/helm@$(HELM_VERSION); \
	deploy/helm/check $(TARGET)/helm/helm $(PAIRLANE)

# Systemd is started in namespaces of its own, on this machine's files and none of its network.
.PHONY: test-systemd
test-systemd: build ## follow docs/debian.md from the package to a signature, under a real systemd; needs root
	$(Q)deploy/systemd/check "$$(deploy/debian/build $(PAIRLANE) $(TARGET)/deb 0)"

.PHONY: test-browser
test-browser: setup ## test the dashboard in headless Chromium, screenshots in target/browser
	$(Q)$(BUILD_AS_TESTED)
	$(Q)tests/browser/run $(TARGET)/debug/pairlane $(TARGET)/browser

# The kernels as they ship, so a release build. Cargo says where the test binary is in JSON.
.PHONY: test-bochs
test-bochs: setup ## run the tests of AVX-512 IFMA on an emulated processor, whatever this one has
	$(Q)tests/bochs/run "$$($(CARGO) test $(LOCKED) --release -p pairlane --lib --no-run --message-format=json | \
	  sed -n 's/.*"executable":"\([^"]*\)".*/\1/p')" $(TARGET)/bochs

# Of `core`, what needs no C: the models of both vector backends, and the proof of their bounds.
.PHONY: miri
miri: setup ## run the models of the vector backends under Miri, where a nightly toolchain has it
	$(Q)if ! $(CARGO) +nightly miri --version >/dev/null 2>&1; then \
	  echo 'skipped: miri, no nightly toolchain has it; rustup component add --toolchain nightly miri rust-src' >&2; exit 0; fi; \
	$(CARGO) +nightly miri test $(LOCKED) -p pairlane --lib -- lanes::tests::integers

.PHONY: lint
lint: setup ## check format, clippy, rustdoc, unsafe fence, vector digests
	$(Q).ci/if-installed 'cargo fmt' $(CARGO) fmt --all --check
	$(Q).ci/if-installed 'cargo clippy' $(CARGO) clippy $(LOCKED) --workspace --all-targets --all-features -- -D warnings
	$(Q)RUSTDOCFLAGS='-D warnings' $(CARGO) doc $(LOCKED) --workspace --no-deps --all-features --lib
	$(Q).ci/unsafe-fence
	$(Q)cd tests/vectors && sha256sum --check --quiet SHA256SUMS && echo 'vectors: digests match'

.PHONY: deny
deny: setup ## check who depends on what, licences, sources
	$(Q).ci/no-async-core
	$(Q).ci/tool cargo-deny $(CARGO_DENY_VERSION) 'about 12 minutes on 2 cores'
	@echo 'advisories: skipped, their database is a git clone and no part of this repository'
	$(Q)$(CARGO) deny $(LOCKED) check -A unused-wrapper bans licenses sources

.PHONY: ci
ci: lint test ## what to run before proposing a change

.PHONY: fuzz
fuzz: setup ## run each fuzz target for FUZZ_SECONDS (60)
	$(Q).ci/tool cargo-fuzz $(CARGO_FUZZ_VERSION) 'about 2 minutes on 2 cores'
	$(Q).ci/fuzz $(FUZZ_SECONDS) $(FUZZ_TARGETS)

.PHONY: headers
headers: setup ## write include/pairlane.h anew from ffi/
	$(Q)PAIRLANE_WRITE_HEADER=1 $(CARGO) test $(LOCKED) -p pairlane-ffi --test header

.PHONY: openapi
openapi: build ## write server/openapi.json anew from the server
	$(Q)PAIRLANE_WRITE_OPENAPI=1 $(CARGO) test $(LOCKED) -p pairlane-tests --test serve_conduct description

##@ Measure
.PHONY: bench
bench: setup ## print our rates beside blst's, one table
	$(Q)$(CARGO) run $(LOCKED) --release -p pairlane-benches --bin report

.PHONY: bench-criterion
bench-criterion: setup ## run the criterion benchmarks, report under target/criterion
	$(Q)$(CARGO) bench $(LOCKED) -p pairlane-benches

.PHONY: bench-http
bench-http: build ## print what the service costs over the engine, and what merging gains
	$(Q)$(CARGO) run $(LOCKED) --release -p pairlane-benches --bin http

.PHONY: bench-hsm
bench-hsm: setup ## print what unlocking 10,000 keys and guarded signing cost, on SoftHSM
	$(Q)$(CARGO) bench $(LOCKED) -p pairlane-hsm --bench unlock -- 10000
	$(Q)$(CARGO) bench $(LOCKED) -p pairlane-hsm --bench sign -- 1000

.PHONY: bench-http-sign
bench-http-sign: build ## print signatures/s of 64 keys over HTTP, guarded, beside the disk's fdatasync
	$(Q)TMPDIR=$(abspath $(TARGET)) $(CARGO) test $(LOCKED) --release -p pairlane-tests --test serve_sign_rate -- --ignored

.PHONY: bench-go
bench-go: lib ## print the Go package's rates beside Rust's, blst's Go package's and gnark-crypto's
	$(Q)$(CARGO) build $(LOCKED) --release -p pairlane-benches --bin go-peer
	$(Q)cd go-bindings/interop && go run ./bench -peer $(abspath $(TARGET))/release/go-peer

##@ House
.PHONY: setup
setup: ## check the toolchain and install what is missing
	$(Q).ci/setup

.PHONY: clean
clean: ## remove everything that was built
	$(Q)$(CARGO) clean
	$(Q)rm -rf fuzz/target fuzz/artifacts hsm/kryoptic/target

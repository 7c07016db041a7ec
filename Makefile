# Run `make` to list the targets. Every target installs what it needs first, so `make demo` and `make test` work on a fresh clone.

PREFIX ?= /usr/local
BIN = .build/release
# Programs, tests and checks share these flags and this folder, so that a checkout is compiled once. Before you change them, look at
# the settings in Package.swift.
# Package.swift looks for Open MPI; a kept result would not notice that it was installed or removed since.
SWIFT_BUILD = swift build -c release --manifest-cache none

.PHONY: help setup build demo test test-postgresql test-asan test-tsan bench fmt lint install deb samples clean

help:
	@echo "make demo     run a daemon that enrolls characters, names new pictures, reports a stranger and survives a restart"
	@echo "make test     run every test, including the end-to-end tests of the programs [FILTER=SUITE]"
	@echo "make test-postgresql   run the tests of the registry, the daemon and the programs with PostgreSQL [FILTER=SUITE]"
	@echo "make test-asan, make test-tsan   run the tests under AddressSanitizer, ThreadSanitizer"
	@echo "make build    build aniwho and aniwhod in $(BIN), and aniwho-mpi where Open MPI is installed"
	@echo "make bench    measure speed next to the PyTorch, ONNX Runtime and OpenVINO that are installed [JSON=FILE]"
	@echo "make install  copy the programs, models, manual, completions and units to PREFIX (now $(PREFIX))"
	@echo "make deb      make a Debian package in .build"
	@echo "make fmt      format the sources          make lint     check the sources and the scripts"
	@echo "make samples  draw samples/ again         make setup    install the C libraries from Debian"

setup:
	@scripts/setup

# SwiftPM does not recompile Swift files when a C header that they import changes, so a newer header marks all of them as changed.
HEADERS = $(wildcard Sources/*/include/*.h)
.build/headers: $(HEADERS)
	@mkdir -p .build && find Sources Tests -name '*.swift' -exec touch {} + && touch $@

build: setup .build/headers
	@$(SWIFT_BUILD)
	@pkg-config --exists ompi-c || echo "make build: aniwho-mpi, which trains on several machines, is left out: it needs Open MPI (scripts/setup mpi)"

demo: build
	@scripts/demo $(BIN)

test: build
	@scripts/test $(if $(FILTER),'$(FILTER)')

# The tests that have a registry, with their registries on a PostgreSQL server that goes with them.
test-postgresql: build
	@scripts/setup postgresql
	@scripts/with-postgresql scripts/test '$(or $(FILTER),RegistryTests|DaemonTests|EndToEndTests)'

# A sanitizer needs a build of its own, in its own folder; the end-to-end tests run the programs from that folder.
test-asan: SANITIZER = address
test-tsan: SANITIZER = thread
test-asan test-tsan: setup
	@scripts/test-sanitized $(SANITIZER) $(if $(FILTER),'$(FILTER)')

bench: build
	@scripts/bench $(BIN) $(JSON)

fmt:
	@swift format --in-place --recursive Package.swift Plugins Sources Tests

lint:
	@scripts/lint

samples: build
	@scripts/samples $(BIN)

install: build
	@scripts/install $(BIN) "$(PREFIX)" "$(DESTDIR)"

# The package's programs contain Swift's libraries and are built in their own folder. They are linked one after the other, because
# linking either takes much memory.
STATIC = .build/static
deb: setup .build/headers
	@for program in aniwho aniwhod aniwho-decode; do \
	    $(SWIFT_BUILD) --static-swift-stdlib --scratch-path $(STATIC) --product $$program || exit 1; done
	@scripts/deb $(STATIC)/release .build

clean:
	@rm -rf .build

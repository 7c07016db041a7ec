# make            what there is to make
# Every target installs what it needs first; `make demo` and `make test` need no other command before them.

PREFIX ?= /usr/local
SWIFT_BUILD = swift build -c release
BIN = .build/release

.PHONY: help setup build demo test test-asan test-tsan bench fmt lint install deb samples clean

help:
	@echo "make demo     watch a daemon enrol characters, name pictures, meet a stranger and survive a restart"
	@echo "make test     run every test, the end-to-end ones with the real binaries too"
	@echo "make test-asan, make test-tsan   run them under AddressSanitizer, ThreadSanitizer"
	@echo "make build    build aniwho and aniwhod into $(BIN)"
	@echo "make bench    measure speed, beside PyTorch, ONNX Runtime and OpenVINO where they are installed [JSON=FILE]"
	@echo "make install  copy the programs, models, manual, completions and units to PREFIX (now $(PREFIX))"
	@echo "make deb      make a Debian package, in .build"
	@echo "make fmt      format the sources          make lint     check them"
	@echo "make samples  draw samples/ again         make setup    install the C libraries from Debian"

setup:
	@scripts/setup

# The package manager does not compile Swift again when a C header that it imports changes.
HEADERS = $(wildcard Sources/*/include/*.h)
.build/headers: $(HEADERS)
	@mkdir -p .build && find Sources Tests -name '*.swift' -exec touch {} + && touch $@

build: setup .build/headers
	@$(SWIFT_BUILD)

demo: build
	@scripts/demo $(BIN)

test: build
	@swift test -c release -Xswiftc -enable-testing

# Everything is built again in a folder of its own; the end-to-end tests run the programs from there.
test-asan: SANITIZER = address
test-tsan: SANITIZER = thread
test-asan test-tsan: setup
	@scripts/test-sanitized $(SANITIZER)

bench: build
	@scripts/bench $(BIN) $(JSON)

fmt:
	@swift format --in-place --recursive Package.swift Plugins Sources Tests

lint:
	@swift format lint --strict --recursive Package.swift Plugins Sources Tests

samples: build
	@scripts/samples $(BIN)

install: build
	@scripts/install $(BIN) "$(PREFIX)" "$(DESTDIR)"

# Linked with Swift's own libraries inside, in a folder of its own; one program after the other, because both are linked of much.
STATIC = .build/static
deb: setup .build/headers
	@for program in aniwho aniwhod; do \
	    $(SWIFT_BUILD) --static-swift-stdlib --scratch-path $(STATIC) --product $$program || exit 1; done
	@scripts/deb $(STATIC)/release .build

clean:
	@rm -rf .build

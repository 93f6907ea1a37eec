# Mediaservice conformance kit. `make` alone lists the commands.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# What the system's Node starts (20 or later) is only npm; the tools run on the Node 24 of the devDependencies.
BIN := $(CURDIR)/node_modules/.bin
RUN := PATH="$(BIN):$$PATH"
STAMP := node_modules/.installed

RUNNER ?= auto
TARGET ?=
# drachtio: the reference server on the engines that DRACHTIO_AT and FREESWITCH_AT name, see docs/engines.md.
STACK ?= embedded
export STACK
REPORT ?= reports/conformance
ARGS ?=
export RUNNER

.PHONY: help
help: ## list the commands
	@echo "Mediaservice conformance kit"; echo
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-12s %s\n", $$1, $$2 }'
	@echo; echo "  Settings: TARGET=file  RUNNER=auto|docker|local  ARGS='--area ivr'"

$(STAMP): package.json package-lock.json reference-server/addon/lanes.c $(wildcard */package.json)
	@command -v npm >/dev/null || { echo "npm is missing: install Node.js 20 or later, then run make again." >&2; exit 2; }
	@echo "installing the Node packages …" >&2
	@npm install --no-save --loglevel=error --no-audit --no-fund >&2
	@$(RUN) node reference-server/addon/build.js
	@touch $@

.PHONY: install
install: $(STAMP) ## install the Node packages

# SIPp is needed where no container engine answers, espeak-ng for text to speech. Both are separate programs.
.PHONY: tools
tools: $(STAMP)
	@.config/tools.sh "$(RUNNER)"

# What is known of the engines of STACK=drachtio: of those that are named, of both when they are started as containers.
comma := ,
OF_DRACHTIO = $(if $(or $(DRACHTIO_AT),$(if $(FREESWITCH_AT),,containers)),reference-server/deploy/differences.yaml)
OF_FREESWITCH = $(if $(or $(FREESWITCH_AT),$(if $(DRACHTIO_AT),,containers)),reference-server/deploy/differences-freeswitch.yaml)
KNOWN = $(if $(filter drachtio,$(STACK)),$(OF_DRACHTIO)$(if $(OF_DRACHTIO),$(if $(OF_FREESWITCH),$(comma)))$(OF_FREESWITCH))

.PHONY: conformance
conformance: tools ## judge the embedded reference server, or TARGET=file; STACK=drachtio: on drachtio-server and FreeSWITCH
	@$(RUN) node conformance/src/cli/bin.ts run --runner "$(RUNNER)" --report "$(REPORT)" --target "$(or $(TARGET),embedded)" \
	  $(addprefix --baseline ,$(KNOWN)) $(ARGS)

# ARGS='--area newcall', '--gaps' … narrow it, see docs/selftest.md. A small part of it is in `make test`.
.PHONY: selftest
selftest: tools ## run the suite against mutants of the reference server; VARIANT=minimal, chatty: against one that is right
	@$(RUN) node conformance/src/cli/bin.ts selftest --runner "$(RUNNER)" --report "$(if $(filter file,$(origin REPORT)),reports/selftest,$(REPORT))" \
	  $(if $(VARIANT),--variant "$(VARIANT)") $(ARGS)

.PHONY: test
test: tools ## every check of the project itself
	@$(RUN) node .config/checks.ts $(ARGS)

# Every setting is a variable; what is not set is left to the program. `make bench HELP=1` lists them.
.PHONY: bench
bench: $(STAMP) ## costs beside rtpengine, drachtio-server and a plain C loop
	@.config/bench-tools.sh
	@$(RUN) node reference-server/bench/main.ts $(if $(HELP),--help) --calls "$(CALLS)" --seconds "$(SECONDS)" --rounds "$(ROUNDS)" \
	  --only "$(ONLY)" --peers "$(PEERS)" --media-calls "$(MEDIA_CALLS)" --rates "$(RATES)" --workers "$(WORKERS)" \
	  --ivr-rates "$(IVR_RATES)" --ivr-calls "$(IVR_CALLS)" \
	  --drachtio "$(DRACHTIO)" --report "$(if $(filter file,$(origin REPORT)),reports/bench,$(REPORT))" $(ARGS)

# What is not set is left to the scenario; `make load HELP=1` lists the options that ARGS may hold. SCENARIO=capacity, or
# "capacity ivr", looks for the most calls that hold, of which CALLS or RATE is then the bound.
CAPACITY = $(filter capacity,$(firstword $(SCENARIO)))
.PHONY: load
load: $(STAMP) ## load the embedded reference server, or TARGET=file, with calls by k6: SCENARIO=ivr
	@$(RUN) node load/src/cli/bin.ts $(if $(CAPACITY),$(SCENARIO),run $(or $(SCENARIO),ivr)) $(if $(HELP),--help) \
	  --target "$(or $(TARGET),embedded)" $(if $(DURATION),--duration "$(DURATION)") \
	  $(if $(CALLS),$(if $(CAPACITY),--most,--calls) "$(CALLS)") $(if $(RATE),$(if $(CAPACITY),--most,--rate) "$(RATE)") \
	  $(if $(K6),--k6 "$(K6)") $(if $(EXTENSION),--extension "$(EXTENSION)") \
	  --report "$(if $(filter file,$(origin REPORT)),reports/$(or $(CAPACITY),load),$(REPORT))" $(ARGS)

.PHONY: serve
serve: tools ## run the reference server with the demo domain
	@$(RUN) node reference-server/src/bin.ts $(ARGS)

.PHONY: mock
mock: $(STAMP) ## Prism on the specification: the API, and the customer application
	@$(RUN) npm run --silent mock -w spec -- $(ARGS)

.PHONY: pack
pack: $(STAMP) ## pack the programs for npm; the last line names the tarballs
	@$(RUN) node .config/pack.ts

.PHONY: format
format: $(STAMP) ## format and fix what the linter can fix
	@$(RUN) npm run --silent format

.PHONY: clean
clean: ## remove reports and installed packages
	@rm -rf reports node_modules */node_modules

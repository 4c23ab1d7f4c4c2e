# Two commands do everything: `make demo` shows the main job, `make test` checks the project.

SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
# An interpreter of your own: make PYTHON=/path/to/python3.12
PYTHON ?=
INSTALLED := $(VENV)/.installed
QT_READY := $(VENV)/.qt-ready
PACKAGING := resources/packaging

# Without a display the demo tells its story on the terminal and takes pictures instead.
DISPLAYED := $(DISPLAY)$(WAYLAND_DISPLAY)$(filter Darwin,$(shell uname -s))
DEMO_OPTIONS := $(if $(DISPLAYED),,--headless --shots build/shots)

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint bench sim crash proofs plants sbom licences vulnerabilities typing shots package deb package-test windows windows-test wheelhouse strings lock clean

help: ## Say what each command does
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(INSTALLED): requirements.lock pyproject.toml $(PACKAGING)/make-venv.sh
	@$(PACKAGING)/make-venv.sh "$(PYTHON)" $(VENV)
	@touch $@

$(QT_READY): $(INSTALLED) $(PACKAGING)/qt-libs.sh
	@$(PACKAGING)/qt-libs.sh $(VENV)
	@touch $@

setup: $(INSTALLED) ## Make the environment alone, in .venv, from the lock

demo: $(QT_READY) ## Run the main job: a server, a worker and a desk, then the app (no display: told in words)
	@$(BIN)/doorstep demo $(DEMO_OPTIONS)

# A crashed half is told at once: started again, it would wait for its lost tests without an end.
test: lint $(QT_READY) ## Check style, types and layers, then run every test
	@QT_QPA_PLATFORM=offscreen $(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder --max-worker-restart 0

lint: $(INSTALLED) ## Check style, types and layers
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: $(QT_READY) ## Measure beside its floor what people wait for; writes build/bench.json
	@QT_QPA_PLATFORM=offscreen $(BIN)/python -m tests.bench $(CASES)

SEED ?= 1
STEPS ?= 20000
sim: $(INSTALLED) ## Try the laws of sync in simulated worlds: make sim SEED=7 STEPS=20000 (JOBS=2: a long run, taken up where it stopped)
	@$(BIN)/python -m tests.sim$(if $(JOBS),.long --jobs $(JOBS)) --seed $(SEED) --steps $(STEPS)
crash: $(INSTALLED) ## Cut the power and kill the app again and again: COUNT=2000 of each, SEED=1
	@$(BIN)/python -m tests.crash all $(or $(COUNT),2000) $(SEED)

SHARE ?= 1
MINUTES ?= 600
proofs: $(QT_READY) ## Do all long runs of the security paper, taken up where they stopped: SHARE=0.01 MINUTES=60; writes build/proofs.jsonl
	@QT_QPA_PLATFORM=offscreen $(BIN)/python -m tests.proofs --share $(SHARE) --minutes $(MINUTES)

plants: $(QT_READY) ## Plant known defects one by one, and see that each makes its test fail
	@$(BIN)/python -m tests.attacks plants

sbom: $(INSTALLED) ## List what the app is made of (CycloneDX); writes build/supply/sbom.json
	@$(PACKAGING)/supply.sh sbom $(VENV)
licences: $(INSTALLED) ## List the licences of all of it; writes build/supply/licences.md
	@$(PACKAGING)/supply.sh licences $(VENV)
vulnerabilities: $(INSTALLED) ## Ask whether anything in the lock has a known vulnerability
	@$(PACKAGING)/supply.sh vulnerabilities $(VENV)

typing: $(QT_READY) ## Type a visit in Chinese through ibus and fcitx5 (APP=dist/doorstep/doorstep: into the built app)
	@$(PACKAGING)/typing-tools.sh
	@$(BIN)/python -m tests.typing $(if $(APP),--app $(APP))

shots: $(QT_READY) ## Take a picture of every screen in every state and size, and judge its geometry; writes build/shots
	@QT_QPA_PLATFORM=offscreen $(BIN)/python -m tests.shots

package: $(QT_READY) ## Build the app that needs no Python; writes dist/
	@$(BIN)/pyinstaller --noconfirm --distpath dist --workpath build/installer build_installer.spec
	@QT_QPA_PLATFORM=offscreen dist/doorstep/doorstep --version

VERSION = $(shell sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml)
deb: $(QT_READY) ## Build .deb files of the app and the server for Debian 11+, UOS 20, Kylin V10 (as root); writes dist/
	@$(PACKAGING)/linux/build-root.sh build/roots/build
	@$(PACKAGING)/linux/build-app.sh $(VENV) build/roots/build
	@$(PACKAGING)/linux/deb.sh $(VERSION) dist

package-test: $(INSTALLED) ## Try the packages in dist/ in two bare Debians, a line for each part (as root; RELEASE=trixie PART=rollout: taken up there; BEFORE=FOLDER of an earlier build)
	@$(PACKAGING)/linux/package-test.sh $(VENV) dist $(BEFORE)

windows: $(QT_READY) ## Build the installer and the MSI for Windows under wine, to try them (as root); writes dist/
	@$(PACKAGING)/windows/wine-root.sh $(VENV) build/roots/wine
	@$(PACKAGING)/windows/build-app.sh $(VENV) build/roots/wine
	@$(PACKAGING)/windows/installers.sh build/roots/wine $(VERSION) dist

windows-test: ## Try them under wine, with the server of dist/linux: silent, upgrade, downgrade, uninstall (as root)
	@$(PACKAGING)/windows/windows-test.sh build/roots/wine $(VERSION) dist

wheelhouse: $(INSTALLED) ## Collect the server as wheels for a machine without internet; writes dist/wheelhouse
	@$(PACKAGING)/wheelhouse.sh $(VENV) dist

strings: $(INSTALLED) ## Collect the texts of the code into the Chinese catalogue and compile it
	@$(BIN)/python -m resources.locale.tool

lock: ## Resolve requirements.lock again (needs uv)
	@uv pip compile --quiet --universal --python-version 3.11 --extra dev --generate-hashes \
		--no-header --upgrade --output-file requirements.lock pyproject.toml

clean: ## Remove what was built, and the environment
	@rm -rf build dist $(VENV)

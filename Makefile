# Two commands: `make run` starts a living call centre, `make test` proves the code. Needs Python 3.11+ and make.
.DEFAULT_GOAL := help
.PHONY: help python setup setup-dev run test check lint types messages prove pictures bench data-big backup restore clean freeswitch-check

# The first interpreter that is new enough; `make PYTHON=...` names another one.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
BIN := .venv/bin

help:  ## This list
	@sed -n 's/^\([a-z-]*\):.*##  */\1\t/p' $(MAKEFILE_LIST) | expand -t 12

python:
	@test -n "$(PYTHON)" || { echo "Switchdesk needs Python 3.11 or newer, and none was found on the PATH." \
		"Name one: make PYTHON=/path/to/python3.12 run" >&2; exit 1; }

setup: python  ## .venv with what `make run` needs
	@$(PYTHON) ccsite/run/venv.py

setup-dev: python  ## ... and the tests' own tools
	@$(PYTHON) ccsite/run/venv.py --dev

run: setup  ## Start everything; Ctrl-C ends it
	@exec $(BIN)/python -m ccsite.run

test: setup-dev  ## All tests, two processes for each core, each with a real PostgreSQL and a real Valkey
	@$(BIN)/python -m pytest -q -n auto -m "not alone" --durations=15 --durations-min=1; side_by_side=$$?; \
		$(BIN)/python -m pytest -q -m alone && exit $$side_by_side

check: lint  ## What CI runs: lint, types, and all tests (borders, migrations and catalogues are tests)
	@$(MAKE) --no-print-directory -j2 types test

lint: setup-dev
	@$(BIN)/ruff check .

types: setup-dev  # one process: beside the tests it costs no time of its own
	@$(BIN)/mypy

messages: setup-dev  ## Collect the texts for translation and compile the catalogues (needs gettext)
	@$(BIN)/python manage.py makemessages -l zh_Hans --no-location --no-wrap \
		-i ccsite -i tests -i docs -i bench -i var -i freeswitch-conf && \
		$(BIN)/python manage.py compilemessages -i .venv

prove: setup-dev  ## The long proofs: any bytes, 10,000 faults, thousands of histories, kill rounds; real SIP calls where a switch is
	@FUZZ_VALUES=100000 FUZZ_EXAMPLES=3000 $(BIN)/python -m pytest -q tests/esl -k any
	@PROOF_HISTORIES=5000 $(BIN)/python -m pytest -q tests/policy/test_random_histories.py tests/policy/test_random_nodes.py -o timeout=3600
	@$(BIN)/python -m tests.proofs.harness --kept --injections 10000
	@PROOF_ROUNDS=50 $(BIN)/python -m pytest -q -s tests/proofs/test_kill_rounds.py
	@PROOF_ROUNDS=200 $(BIN)/python -m pytest -q -s tests/crm/rest/test_killed.py
	@PROOF_ROUNDS=20 $(BIN)/python -m pytest -q tests/crm/webhooks/test_sender.py
	@PROOF_ROUNDS=1000 $(BIN)/python -m pytest -q -s tests/proofs/campaigns/test_rounds.py
	@$(BIN)/python -m tests.proofs.campaigns.stories || [ $$? = 3 ]
	@$(BIN)/python -m tests.proofs.campaigns --switch real --rounds 20 || [ $$? = 3 ]
	@PROOF_HISTORIES=10000 $(BIN)/python -m pytest -q -n auto tests/crm/reports/test_random_histories.py -o timeout=3600
	@$(BIN)/python -m tests.proofs.figures --calls 1000000
	@API_EXAMPLES=100 $(BIN)/python -m pytest -q tests/crm/rest/test_any_request.py -o timeout=7200
	@PROOF_EACH=1 $(BIN)/python -m pytest -q tests/browser/test_payloads.py tests/browser/test_hours.py tests/browser/test_people.py \
		tests/browser/test_accessible.py tests/proofs/test_faults.py tests/crm/live/test_snapshot_and_deltas.py -o timeout=1800
	@PROOF_EACH=1 $(BIN)/python -m pytest -q tests/crm/access/doors
	@$(BIN)/python bench/records.py
	@$(BIN)/python -m pytest -q -m freeswitch
	@$(BIN)/python bench/chaos.py --rounds 20 || [ $$? = 3 ]

pictures: setup-dev  ## Photographs of every page, both languages and themes, into var/pictures
	@$(BIN)/python docs/pictures.py

freeswitch-check: setup-dev  ## The switch's configuration: looked through, then (where a FreeSWITCH is) started and called
	@$(BIN)/python freeswitch-conf/check.py && $(BIN)/python -m pytest -q -m freeswitch tests/freeswitch/test_configuration.py \
		tests/freeswitch/test_contained.py tests/freeswitch/test_directory.py tests/freeswitch/test_webrtc.py

bench: setup  ## Every benchmark, in its quick form
	@for bench in bench/[a-z]*.py; do echo "== $$bench"; $(BIN)/python $$bench --quick; code=$$?; \
		[ $$code = 0 ] || { [ $$code = 3 ] && echo "left out: it needs a FreeSWITCH"; } || exit 1; done

data-big: setup  ## 10,000,000 calls of 13 months into var/big, once, for the benches: make data-big [SCALE=0.05]
	@$(BIN)/python -m bench.rig.big $(if $(SCALE),--scale $(SCALE))

backup: setup  ## Rows, journal, configuration of the running centre: make backup TO=/folder [SECRETS=yes KEEP=14]
	@test -n "$(TO)" || { echo "Say where: make backup TO=/folder" >&2; exit 1; }
	@$(BIN)/python -m ccsite.backup take "$(TO)" $(if $(SECRETS),--secrets) $(if $(KEEP),--keep $(KEEP))

restore: setup  ## Bring one into an empty place: make restore FROM=/folder/switchdesk-... [OVERWRITE=yes]
	@test -n "$(FROM)" || { echo "Say from where: make restore FROM=/folder/switchdesk-..." >&2; exit 1; }
	@$(BIN)/python -m ccsite.backup restore "$(FROM)" $(if $(OVERWRITE),--overwrite) $(if $(JOURNAL),--journal "$(JOURNAL)")

clean:  ## Forget .venv and all data of `make run`
	rm -rf .venv .venv.lock var

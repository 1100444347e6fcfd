"""Runs schemathesis with the whole specification against the local exchange, signing each request.

    python tests/python/conform.py --sandbox target/debug/sixmm-sandbox

No 5xx, every answer as its schema says, no operation that works without the credentials it asks for, no invalid request that succeeds.
"""

from __future__ import annotations

import json
import pathlib
import re
import subprocess
import sys
import tempfile

import sandbox

FOLDER = pathlib.Path(__file__).resolve().parent
SPECIFICATION = FOLDER.parent.parent / "openapi" / "6mm.yaml"

# Manages API keys, all of which it may delete at any time: the others are signed with one.
OTHER_USER = "bob"

# Requests that fit the schema are refused all the same: there is no such order, no such contract, no such balance.
NOT_PROMISED = ["positive_data_acceptance"]
# All warnings but those that say the same: validation_mismatch, missing_test_data, low_valid_rate.
WARNINGS = [
    "missing_auth",
    "base_url_mismatch",
    "missing_deserializer",
    "unused_openapi_auth",
    "unsupported_regex",
    "method_not_allowed",
    "constants_extraction",
    "unmatched_filter",
    "unresolvable_reference",
    "rate_limited",
    "dictionary_mismatch",
    "timeout_units",
]


def main() -> int:
    parser = sandbox.argument_parser("schemathesis against the local exchange")
    parser.add_argument("--examples", type=int, default=40, help="random requests for each operation (default: %(default)s)")
    arguments = parser.parse_args()
    with sandbox.running(arguments.sandbox, arguments.seed, OTHER_USER) as variables:
        command = [sys.executable, "-m", "schemathesis.cli", "run", str(SPECIFICATION)]
        command += ["--url", variables["SIXMM_BASE_URL"], "--seed", str(arguments.seed)]
        command += ["--phases", "examples,coverage,fuzzing", "--max-examples", str(arguments.examples)]
        command += ["--checks", "all", "--exclude-checks", ",".join(NOT_PROMISED), "--continue-on-failure", "--no-color"]
        command += ["--warnings", ",".join(WARNINGS)]
        variables["OTHER_USER"] = OTHER_USER
        hooks = {"SCHEMATHESIS_HOOKS": "conform_hooks", "PYTHONPATH": str(FOLDER), "PYTHONDONTWRITEBYTECODE": "1"}
        environment = {**sandbox.environment(variables), **hooks}
        with tempfile.TemporaryDirectory() as folder:
            answered_file = pathlib.Path(folder) / "answered.json"
            environment["ANSWERED"] = str(answered_file)
            # What it keeps for another run, it keeps in the folder that it runs in.
            failed = subprocess.run(command, env=environment, cwd=folder, check=False).returncode
            answered = json.loads(answered_file.read_text())
    print(f"{len(answered)} operations answered with success")
    missing = sorted(operations() - set(answered))
    if missing:
        print(f"never answered with success, so that their answers were not looked at: {', '.join(missing)}")
    return failed or int(bool(missing))


def operations() -> set[str]:
    return set(re.findall(r"operationId: (\w+)", SPECIFICATION.read_text()))


if __name__ == "__main__":
    sys.exit(main())

"""Runs schemathesis with the complete specification against the local exchange and signs each request.

    python tests/python/conform.py --sandbox target/debug/sixmm-sandbox

Checks that no response has a 5xx status, each response matches its schema, no operation succeeds without its credentials, and no
invalid request succeeds.
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

# This user manages API keys and may delete all of its keys at any time. The other requests are signed with a key of another user.
OTHER_USER = "bob"

# Requests that match the schema can be rejected for other reasons, for example an unknown order or contract or an insufficient balance.
EXCLUDED_CHECKS = ["positive_data_acceptance"]
# All warnings except those about rejected requests: validation_mismatch, missing_test_data, low_valid_rate.
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
        command += ["--checks", "all", "--exclude-checks", ",".join(EXCLUDED_CHECKS), "--continue-on-failure", "--no-color"]
        command += ["--warnings", ",".join(WARNINGS)]
        variables["OTHER_USER"] = OTHER_USER
        hooks = {"SCHEMATHESIS_HOOKS": "conform_hooks", "PYTHONPATH": str(FOLDER), "PYTHONDONTWRITEBYTECODE": "1"}
        environment = {**sandbox.environment(variables), **hooks}
        with tempfile.TemporaryDirectory() as folder:
            succeeded_file = pathlib.Path(folder) / "succeeded.json"
            environment["SUCCEEDED_FILE"] = str(succeeded_file)
            # schemathesis stores data for later runs in its working directory, which is temporary here.
            failed = subprocess.run(command, env=environment, cwd=folder, check=False).returncode
            succeeded = json.loads(succeeded_file.read_text())
    print(f"{len(succeeded)} operations succeeded")
    missing = sorted(operations() - set(succeeded))
    if missing:
        print(f"operations that never succeeded, so that their responses were not checked: {', '.join(missing)}")
    return failed or int(bool(missing))


def operations() -> set[str]:
    return set(re.findall(r"operationId: (\w+)", SPECIFICATION.read_text()))


if __name__ == "__main__":
    sys.exit(main())

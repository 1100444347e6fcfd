"""Starts the local exchange for a script, and stops it afterwards."""

from __future__ import annotations

import argparse
import contextlib
import os
import pathlib
import shlex
import subprocess
import tempfile
from collections.abc import Iterator


def argument_parser(about: str) -> argparse.ArgumentParser:
    """The command line that the scripts share."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--sandbox", required=True, metavar="PATH", help="the sixmm-sandbox program")
    parser.add_argument("--seed", type=int, default=6, help="seed of the exchange (default: %(default)s)")
    return parser


@contextlib.contextmanager
def running(program: str, seed: int, *users: str, options: tuple[str, ...] = ()) -> Iterator[dict[str, str]]:
    """Runs an exchange on a free port with `alice` and other users, and with further options. Yields the variables of its environment file, which connect as `alice`."""
    # The path contains characters that must be quoted in a shell.
    with tempfile.TemporaryDirectory(prefix="alice's exchange ") as folder:
        environment_file = pathlib.Path(folder) / "sandbox.env"
        command = [program, "--port", "0", "--control-port", "0", "--seed", str(seed), "--env-file", str(environment_file)]
        command += [argument for user in ("alice", *users) for argument in ("--user", user)]
        command += options
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            control_url = wait_until_it_listens(process)
            assert environment_file.stat().st_mode & 0o077 == 0, "other users can read the secret"
            yield {**read(environment_file), "CONTROL_URL": control_url}
            assert process.poll() is None, f"the exchange ended with {process.returncode}"
        finally:
            process.terminate()
            process.wait(timeout=10)
            assert not environment_file.exists(), "the environment file was not removed"


def wait_until_it_listens(process: subprocess.Popen[str]) -> str:
    """Returns the URL of the control interface, which the exchange prints after its own URL."""
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("control interface on "):
            return line.split()[-1]
    raise SystemExit(f"the exchange ended before it listened: exit code {process.wait()}")


def read(environment_file: pathlib.Path) -> dict[str, str]:
    """The variables of the file, as a shell reads them."""
    return dict(word.split("=", 1) for word in shlex.split(environment_file.read_text(), comments=True))


def environment(variables: dict[str, str]) -> dict[str, str]:
    """This process's environment with the exchange's variables."""
    return {**os.environ, **variables}

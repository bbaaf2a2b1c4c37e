"""What `tests/conftest.py` promises of every test, tried on small test files in a process of their own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.contract.sources import ROOT

SKIPS = {
    "a mark": "import pytest\n@pytest.mark.skip(reason='why not')\ndef test(): pass\n",
    "a call": "import pytest\ndef test(): pytest.skip('why not')\n",
    "a whole module": "import pytest\npytest.skip('why not', allow_module_level=True)\n",
    "a missing package": "import pytest\npytest.importorskip('no_such_package', reason='why not')\ndef test(): pass\n",
}


def verdict(source: str, scratch: Path, **variables: str) -> tuple[int, str]:
    """Exit status and output of pytest over a file with this source."""
    (scratch / "test_it.py").write_text(source, "utf-8")
    return verdict_on(scratch, **variables)


def verdict_on(scratch: Path, **variables: str) -> tuple[int, str]:
    """The same over all files of a folder."""
    environment = {**{name: value for name, value in os.environ.items() if name != "CI"}, **variables}
    command = [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-p", "no:cacheprovider", "-qrfE", "-c", os.devnull]
    command += ["--continue-on-collection-errors", str(scratch)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    return done.returncode, done.stdout


@pytest.fixture(scope="module")
def skips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of tests that are skipped, one file for each way."""
    folder = tmp_path_factory.mktemp("skips")
    for name, source in SKIPS.items():
        (folder / _file(name)).write_text(source, "utf-8")
    return folder


def _file(name: str) -> str:
    return f"test_{name.replace(' ', '_')}.py"


@pytest.mark.skipif(sys.platform != "linux", reason="on other systems a test of what they lack may be skipped")
def test_skip_fails_in_ci(skips: Path) -> None:
    """In CI a skipped test is a failure, however it is skipped, and its reason is shown."""
    _, said = verdict_on(skips, CI="true")
    told = [line for line in said.splitlines() if line.startswith(("FAILED ", "ERROR "))]
    assert [1] * len(SKIPS) == [sum(_file(name) in line and "why not" in line for line in told) for name in SKIPS]


def test_skip_passes_at_a_desk(skips: Path) -> None:
    """Elsewhere a test may be skipped."""
    status, said = verdict_on(skips)
    assert (0, True) == (status, f"{len(SKIPS)} skipped" in said)


def test_expected_failure_is_no_skip(tmp_path: Path) -> None:
    """A test that is marked as expected to fail stays what it is in CI."""
    source = "import pytest\n@pytest.mark.xfail(strict=True)\ndef test(): assert False\n"
    assert verdict(source, tmp_path, CI="true")[0] == 0


@pytest.mark.parametrize(
    "call",
    [
        pytest.param("socket.create_connection(('192.0.2.1', 80), 0.1)", id="by address"),
        pytest.param("socket.getaddrinfo('example.invalid', 80)", id="by name"),
    ],
)
def test_network_fails(call: str, tmp_path: Path) -> None:
    """A test that reaches for the network fails and says what it reached for."""
    status, said = verdict(f"import socket\ndef test(): {call}\n", tmp_path)
    assert (status, "a test reached for the network" in said) == (1, True)


def test_loopback_passes(tmp_path: Path) -> None:
    """A server on this machine can be reached, by address and by name."""
    source = """
import socket
def test():
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(("localhost", server.getsockname()[1])).close()
"""
    assert verdict(source, tmp_path)[0] == 0


def test_what_repeats_is_not_measured(tmp_path: Path) -> None:
    """A test that is marked as unmeasured runs without the tracer of coverage, and the next one with it again."""
    source = """
import sys, threading
import pytest
def test_before(): assert sys.gettrace() is not None
@pytest.mark.unmeasured
def test_it(): assert sys.gettrace() is None and threading.gettrace() is None
def test_after(): assert sys.gettrace() is not None and threading.gettrace() is not None
"""
    (tmp_path / "test_it.py").write_text(source, "utf-8")
    environment = {**os.environ, "COVERAGE_FILE": str(tmp_path / "coverage"), "COVERAGE_CORE": "ctrace"}
    command = [sys.executable, "-m", "coverage", "run", "--rcfile", os.devnull, "-m", "pytest", "-p", "tests.conftest"]
    command += ["-p", "no:cacheprovider", "-q", "-c", os.devnull, str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert (0, True) == (done.returncode, "3 passed" in done.stdout), done.stdout


def test_runner_is_not_seen(tmp_path: Path) -> None:
    """What a hosted runner sets does not reach the tests."""
    source = "import os\ndef test(): assert not [name for name in os.environ if name.startswith(('GITHUB_', 'INPUT_'))]\n"
    assert verdict(source, tmp_path, **{"GITHUB_EVENT_NAME": "push", "INPUT_FAIL-ON": "never"})[0] == 0

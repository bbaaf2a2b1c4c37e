"""What holds for every test: no network, no runner's environment, no skipped test in CI; and golden files."""

import ipaddress
import os
import sys
import threading
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

GOLDEN = Path(__file__).parent / "golden"

# How long one example takes says more about the machine than about the code.
settings.register_profile("ours", deadline=None)
settings.load_profile("ours")

# What a hosted runner sets, which would make our program believe that it runs as an action.
RUNNER_VARIABLES = ("GITHUB_", "INPUT_", "RUNNER_", "ACTIONS_")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`make golden` passes it."""
    parser.addoption("--write-golden", action="store_true", help="write the golden files anew instead of comparing")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """`golden(name, text)` asserts that text equals `tests/golden/<name>`, or writes that file with --write-golden."""

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if request.config.getoption("--write-golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
        assert path.read_bytes().decode() == text

    return compare


@pytest.fixture(autouse=True)
def _no_runner(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests see the same environment on a desk and on a runner."""
    for name in os.environ:
        if name.startswith(RUNNER_VARIABLES):
            monkeypatch.delenv(name)


@pytest.fixture(autouse=True, scope="session")
def _no_waiting_for_disks() -> Iterator[None]:
    """No test takes the power away, so none has to wait until a disk has what was written; thousands would."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", _written_enough)
        yield


def _written_enough(handle: int) -> None:
    os.fstat(handle)  # a handle that is closed is an error all the same


def _refuse_network(event: str, arguments: tuple[Any, ...]) -> None:
    """An audit hook: a test that leaves this machine fails."""
    if event == "socket.connect":
        address = arguments[1]
    elif event == "socket.getaddrinfo":
        address = arguments
    else:
        return
    if isinstance(address, tuple) and not _is_local(address[0]):
        raise AssertionError(f"a test reached for the network: {address[0]!r}")


def _is_local(host: Any) -> bool:
    if isinstance(host, bytes):
        host = host.decode()
    if host in (None, "", "localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


sys.addaudithook(_refuse_network)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """What repeats at length what other tests reach once is spared the tracer of coverage, which doubles its time. The gate on
    coverage gets no easier by it: what such a test alone reaches does not count."""
    tracer, of_threads = sys.gettrace(), threading.gettrace()
    if item.get_closest_marker("unmeasured") is None or not type(tracer).__module__.startswith("coverage"):
        return (yield)
    sys.settrace(None)
    threading.settrace(None)
    try:
        return (yield)
    finally:
        sys.settrace(tracer)
        if of_threads is not None:
            threading.settrace(of_threads)


def _skips_fail() -> bool:
    """Linux is where all tests run. On other systems, a test of what they lack may be skipped."""
    return os.environ.get("CI") == "true" and sys.platform == "linux"


def _fail_if_skipped(report: pytest.TestReport | pytest.CollectReport) -> None:
    if report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"In CI a skipped test is a failure. {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skip, at run time or by a mark, into a failure in CI."""
    report = yield
    if _skips_fail():
        _fail_if_skipped(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Turn the skip of a whole module into an error in CI."""
    report = yield
    if _skips_fail():
        _fail_if_skipped(report)
    return report

"""Publishes on the stand-in in processes of their own, and kills them. Run by `test_crash`; speaks JSON lines.

A job is a line on standard input: where to publish, the journal's file, and the point at which to die (0: never). Each is done in
a process forked from this one, which has everything imported. The answer is how it ended and which points it came to.
"""

from __future__ import annotations

import http.client
import json
import os
import select
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import github  # noqa: F401  # the program imports it late: here once, not in each process

from sentinel.journals import publish_journal
from sentinel.publish.github import GitHubClient
from sentinel.publish.journal import Journal, resume
from sentinel.publish.publisher import Publisher, PublishRequest
from tests.publish.wants import check, comment, outgoing

SAYS = outgoing(comment("b", 31), comment("c", 32), comment("d", 0), check=check(annotations=60))


def main() -> None:
    for line in sys.stdin:
        job = json.loads(line)
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reader)
            _child(job, writer)
        os.close(writer)
        with os.fdopen(reader) as stream:
            points = stream.read().split()
        _, status = os.waitpid(child, 0)
        print(json.dumps({"signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0, "points": points}), flush=True)


def _child(job: dict[str, Any], writer: int) -> None:
    try:
        if job["mode"] == "journal":
            variables = {"GITHUB_TOKEN": job["token"], "GITHUB_REPOSITORY": "acme/tools", "GITHUB_API_URL": job["api_url"]}
            os._exit(publish_journal(Path(job["journal"]), 120, variables).exit_code)
        _strike(job["at"], writer)
        _publish(job)
        os._exit(0)
    except BaseException as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        os._exit(9)


def _strike(at: int, writer: int) -> None:
    """Die before or after a line of the journal; before a request, when it was answered and not read, and after it."""
    passed = 0

    def point(name: str) -> None:
        nonlocal passed
        passed += 1
        os.write(writer, f"{name}\n".encode())
        if passed == at:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(call: Callable[..., Any], name: str) -> Callable[..., Any]:
        def struck(*arguments: Any, **named: Any) -> Any:
            point(f"before-{name}")
            answer = call(*arguments, **named)
            point(f"after-{name}")
            return answer

        return struck

    read = http.client.HTTPConnection.getresponse

    def unread(self: http.client.HTTPConnection) -> http.client.HTTPResponse:
        select.select([self.sock], [], [], 5)
        point("unread-answer")
        return read(self)

    Journal.append = around(Journal.append, "line")  # type: ignore[method-assign]  # this process is there to be killed
    GitHubClient._once = around(GitHubClient._once, "request")  # type: ignore[method-assign]  # as above
    http.client.HTTPConnection.getresponse = unread  # type: ignore[method-assign]  # as above


def _publish(job: dict[str, Any]) -> None:
    handle = os.open(job["journal"], os.O_RDWR)
    journal, _, _ = resume(handle, "2-1", lambda: "2026-03-01T12:00:00Z")
    request = PublishRequest(
        token=job["token"], repository="acme/tools", head_sha=job["head"], pull_number=1, api_url=job["api_url"], run_id="2-1"
    )
    seconds = iter(range(1_000_000))
    publisher = Publisher(
        request, journal=journal, clock=lambda: next(seconds) / 1000, sleep=lambda _: None, now=lambda: 1_800_000_000.0
    )
    publisher.start_check()
    publisher.publish(SAYS)


if __name__ == "__main__":
    main()

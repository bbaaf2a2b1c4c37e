"""The check run on the head: in progress while the scan runs, then its conclusion, with annotations in chunks.

`external_id` makes it findable again: `run-<id>` while it is in progress, afterwards a digest of what it says, so that an
unchanged result is not written twice and an answer that was lost can be looked for.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from sentinel.errors import DeliveryError
from sentinel.model.report import Artefact
from sentinel.publish.answers import CheckRun, annotation_payload
from sentinel.publish.github import ANNOTATIONS_A_REQUEST, GitHubClient
from sentinel.publish.plan import without_durations

MOST_TEXT = 65_535
"""Characters of a check's summary and of its text."""
MOST_ANNOTATIONS = 1000
"""Twenty requests; what is left out is in the SARIF file and the summary."""


class CheckChannel:
    """One check of ours on one commit."""

    name = "check"

    def __init__(self, client: GitHubClient, *, name: str, head: str, run_id: str, details_url: str = "") -> None:
        self._client = client
        self._name = name
        self._head = head
        self._start_id = f"run-{run_id}"
        self._details = {"details_url": details_url} if details_url.startswith("https://") else {}
        self._runs: tuple[CheckRun, ...] | None = None
        self._number = 0

    def send(self, data: Mapping[str, Any]) -> None:
        """See `Channel.send`: `start` opens the check, everything else completes it."""
        if data.get("start"):
            self._start()
        else:
            self._finish(data)

    def is_done(self, data: Mapping[str, Any]) -> bool:
        """See `Channel.is_done`."""
        self._runs = None
        if data.get("start"):
            return self._unfinished_number() > 0
        return any(self._says(run, data) for run in self._ours()) or self._is_said(self._ours(), data)

    def close_unfinished(self, sha: str) -> None:
        """Complete checks of ours on an older head whose run was cut off. A favour: failing at it is no news."""
        try:
            for run in self._client.check_runs(sha, self._name):
                if _is_ours(run) and run.status != "completed":
                    self._client.update_check_run(run.number, {"status": "completed", "conclusion": "cancelled"})
        except DeliveryError:
            return

    def cancel(self, client: GitHubClient) -> None:
        """Say that the run was cut off, if the check was opened. Raises as `Channel.send` does."""
        if self._number:
            summary = "The run was cancelled before the scan was done; this says nothing about the change."
            output = {"title": "Cancelled", "summary": summary}
            client.update_check_run(self._number, {"status": "completed", "conclusion": "cancelled", "output": output})

    def tell(self, client: GitHubClient, done: int, total: int) -> None:
        """Say how far the scan is, where a check is open. Raises as `Channel.send` does."""
        if self._number:
            output = {"title": f"{done:,} of {total:,} files", "summary": "The scan is under way."}
            client.update_check_run(self._number, {"status": "in_progress", "output": output})

    def _ours(self) -> tuple[CheckRun, ...]:
        if self._runs is None:
            self._runs = self._client.check_runs(self._head, self._name)
        return tuple(run for run in self._runs if _is_ours(run))

    def _start(self) -> None:
        """Open the check, unless an earlier run has completed one here: then it stays until there is something new to say."""
        ours = self._ours()
        for run in ours:
            if run.status != "completed" and run.external_id != self._start_id:
                self._client.update_check_run(run.number, {"status": "completed", "conclusion": "cancelled"})
                self._runs = None
        self._number = self._unfinished_number()
        if not self._number and not any(run.status == "completed" for run in ours):
            self._number = self._client.create_check_run(
                {"name": self._name, "head_sha": self._head, "status": "in_progress", "external_id": self._start_id} | self._details
            )
            self._runs = None

    def _finish(self, data: Mapping[str, Any]) -> None:
        """Conclude our check. Where another run's check of this head is later, or says it all, the annotations stand there."""
        ours = self._ours()
        self._number = self._number or self._unfinished_number(str(data["external_id"]))
        if not self._number and self._is_said(ours, data):
            return
        known = next((run for run in ours if run.number == self._number), None)
        is_told_elsewhere = any(run.number > self._number or self._says(run, data) for run in ours if run.number != self._number)
        annotations = [] if self._number and is_told_elsewhere else data["annotations"][known.annotations if known else 0 :]
        parts = [annotations[n : n + ANNOTATIONS_A_REQUEST] for n in range(0, len(annotations), ANNOTATIONS_A_REQUEST)] or [[]]
        output = dict(data["output"])
        for part in parts:
            body: dict[str, Any] = {"external_id": data["external_id"], "status": "in_progress"} | self._details
            body["output"] = output | ({"annotations": part} if part else {})
            if part is parts[-1]:
                body |= {"status": "completed", "conclusion": data["conclusion"]}
            if self._number:
                self._client.update_check_run(self._number, body)
            else:
                self._number = self._client.create_check_run({"name": self._name, "head_sha": self._head} | body)

    def _is_said(self, ours: Sequence[CheckRun], data: Mapping[str, Any]) -> bool:
        """Whether what was concluded last on this head is this; its annotations may stand in a later check that is not done yet."""
        last = next((run for run in ours if run.status == "completed"), None)
        is_newest = last is not None and last is ours[0]
        return last is not None and self._says(last, data if is_newest else {**data, "annotations": ()})

    def _unfinished_number(self, external_id: str = "") -> int:
        """Our open check of this run; 0 when there is none."""
        wanted = {self._start_id, external_id or self._start_id}
        return next((run.number for run in self._ours() if run.status != "completed" and run.external_id in wanted), 0)

    def _says(self, run: CheckRun, data: Mapping[str, Any]) -> bool:
        is_same = run.external_id == data["external_id"] and run.conclusion == data["conclusion"]
        return is_same and run.status == "completed" and run.annotations >= len(data["annotations"])


def _is_ours(run: CheckRun) -> bool:
    """Whether the check bears an id as we give them; GitHub lets an app change none but its own."""
    return re.fullmatch(r"run-[A-Za-z0-9_.-]{1,80}|[0-9a-f]{40}", run.external_id) is not None


def check_data(artefact: Artefact) -> dict[str, Any]:
    """What the check says, as plain JSON values. How long things took is no part of its digest."""
    annotations = [annotation_payload(one) for one in artefact.annotations[:MOST_ANNOTATIONS]]
    output = {"title": artefact.title or "MCP Sentinel", "summary": artefact.summary[:MOST_TEXT]}
    if artefact.text:
        output["text"] = artefact.text[:MOST_TEXT]
    essence = {key: without_durations(value) for key, value in output.items()}
    text = json.dumps([artefact.conclusion, essence, annotations], sort_keys=True)
    digest = hashlib.sha256(re.sub(r"\s+", " ", text).encode("utf-8", "surrogatepass")).hexdigest()
    return {"conclusion": artefact.conclusion, "output": output, "annotations": annotations, "external_id": digest[:40]}

"""Pushes and people on one pull request, in any order: at each push exactly the comments that should stand, stand."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from sentinel.judge.fingerprint import fingerprint
from sentinel.model.report import Comment, marker, read_marker
from sentinel.publish.publisher import Outgoing
from tests.github.gitrepo import GitRepo, open_pull, push
from tests.github.rest_reviews import remove_comment
from tests.github.server import StandIn
from tests.github.state import PullRequest, ReviewComment
from tests.publish.conftest import Time
from tests.publish.wants import Run, summary

NAMES = ("a", "b", "c", "d")
OURS = "github-actions[bot]"


class PullRequestLife(RuleBasedStateMachine):
    """A file whose findings are lines `bad NAME`; what people did is remembered, and what should stand follows from it."""

    server: StandIn

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="pushes-"))
        self.git = GitRepo(self.folder / "git")
        self.git.commit({"README": "x\n"})
        self.git.branch("feature", "main")
        self.git.commit({"code.py": "start\nend\n"}, branch="feature")
        self.server.reset()
        self.server.add_repository("acme/tools", self.git)
        self.pull: PullRequest = open_pull(self.server)
        self.run = Run(self.server, self.pull, Time(), self.folder)
        self.path = "code.py"
        self.lines = ["start", "end"]
        self.closed: set[str] = set()
        """Findings whose comment a person resolved, deleted or folded away."""
        self.count = 0
        self._publish()

    def teardown(self) -> None:
        if hasattr(self, "run"):
            self.run.close()
            shutil.rmtree(self.folder, ignore_errors=True)

    # What pushes do.

    @rule(name=st.sampled_from(NAMES))
    def finding_comes_or_goes(self, name: str) -> None:
        found = self._line_of(name)
        if found is None:
            self.lines.insert(len(self.lines) // 2, f"bad {name} 1")
        else:
            del self.lines[found]
        self._push()

    @rule()
    def lines_come_above(self) -> None:
        self.count += 1
        self.lines[:0] = [f"new {self.count}.{n}" for n in range(10)]
        self._push()

    @rule(name=st.sampled_from(NAMES))
    def line_is_rewritten(self, name: str) -> None:
        """The same finding on a line with another text: its comment becomes outdated."""
        found = self._line_of(name)
        if found is not None:
            self.count += 1
            self.lines[found] = f"bad {name} again {self.count}"
            self._push()

    @rule()
    def file_is_renamed(self) -> None:
        """Comments go on under the new name, and what a person deleted stays deleted."""
        said = len(self._ours())
        standing = {self._name(one) for one in self._standing()}
        self.count += 1
        before, self.path = self.path, f"code{self.count}.py"
        self._push(gone=before)
        self._nothing_was_called_fixed(standing, said)

    @precondition(lambda self: self._live())
    @rule(data=st.data())
    def file_is_renamed_and_edited(self, data: st.DataObject) -> None:
        """The line of one finding is rewritten in the same push."""
        self.lines[self._line_of(data.draw(st.sampled_from(self._live()))) or 0] += " again"
        self.lines[:0] = ["more above"]
        self.file_is_renamed()

    def _nothing_was_called_fixed(self, standing: set[str], said: int) -> None:
        """Each comment that stood was replaced once, and none of the old ones says that its finding is fixed."""
        for name in standing:
            mine = [one for one in self._ours() if self._name(one) == name]
            assert [one for one in mine if not one.is_outdated and "**Fixed**" in one.body] == []
            assert "**Fixed**" not in mine[-2].body
        assert len(self._ours()) >= said

    @rule()
    def nothing_changes(self) -> None:
        before = len(self.server.writes)
        self._publish()
        assert [] == self.server.writes[before:]

    # What people do.

    @precondition(lambda self: self._standing())
    @rule(data=st.data())
    def comment_is_answered(self, data: st.DataObject) -> None:
        self.server.world.reply(data.draw(st.sampled_from(self._standing())), "mona", "Why?")

    @precondition(lambda self: self._standing())
    @rule(data=st.data())
    def thread_is_resolved(self, data: st.DataObject) -> None:
        comment = data.draw(st.sampled_from(self._standing()))
        thread = next(thread for thread in self.pull.threads if thread.root is comment)
        self.server.world.resolve(thread, "mona")
        self.closed.add(self._name(comment))

    @precondition(lambda self: self._standing())
    @rule(data=st.data())
    def comment_is_deleted(self, data: st.DataObject) -> None:
        comment = data.draw(st.sampled_from(self._standing()))
        for old in [one for one in self._ours() if self._name(one) == self._name(comment)]:
            remove_comment(old)
        self.closed.add(self._name(comment))

    @rule(name=st.sampled_from(NAMES))
    def stranger_forges(self, name: str) -> None:
        self.server.world.say(self.pull, "eve", f"x\n{marker((self._key(name),))}")

    # What must hold.

    @invariant()
    def every_live_finding_has_one_comment(self) -> None:
        if not hasattr(self, "run"):
            return
        for name in NAMES:
            standing = [one for one in self._standing() if self._name(one) == name]
            should_stand = self._line_of(name) is not None and name not in self.closed
            assert len(standing) == (1 if should_stand else 0), (name, [one.body for one in standing])
            for one in standing:
                assert (self.path, (self._line_of(name) or 0) + 1) == (one.path, one.line)

    def _standing(self) -> list[ReviewComment]:
        """Our comments that a reader finds at their line as open weaknesses."""
        resolved = {id(thread.root) for thread in self.pull.threads if thread.resolved_by}
        return [
            one for one in self._ours()
            if not one.is_outdated and not one.minimized and "**Fixed**" not in one.body and id(one) not in resolved
        ]  # fmt: skip

    def _ours(self) -> list[ReviewComment]:
        return [one for one in self.pull.comments if one.author.login == OURS and one.reply_to is None and read_marker(one.body)]

    def _name(self, comment: ReviewComment) -> str:
        """Which finding a comment speaks of, whatever its file was called when it was written."""
        return next(name for name in NAMES if f"About {name}." in comment.body)

    def _key(self, name: str) -> str:
        return fingerprint("code-injection/x", self.path, name * 32)

    def _live(self) -> list[str]:
        return [name for name in NAMES if self._line_of(name) is not None]

    def _line_of(self, name: str) -> int | None:
        return next((n for n, line in enumerate(self.lines) if line.startswith(f"bad {name} ")), None)

    def _push(self, gone: str = "") -> None:
        files: dict[str, str | None] = {self.path: "".join(f"{line}\n" for line in self.lines)}
        push(self.server, self.pull, {**({gone: None} if gone else {}), **files})
        self._publish()

    def _publish(self) -> None:
        comments = []
        for name in NAMES:
            line = self._line_of(name)
            if line is not None:
                prints = (self._key(name),)
                comments.append(Comment(self.path, line + 1, line + 1, f"About {name}.\n\n{marker(prints)}", prints))
        identities = {self._key(name): ("code-injection/x", name * 32) for name in self._live()}
        live = frozenset(identities)
        says = Outgoing(comments=tuple(comments), live=live, render_sticky=summary, identities=identities)
        result = self.run.publisher(wants_check=False).publish(says)
        assert ((), ()) == (result.dead_letters, result.undelivered)


class First:
    """Draws the first of what could be drawn."""

    def draw(self, strategy: Any) -> Any:
        return strategy.elements[0]


LIFE: tuple[tuple[str, Any], ...] = (
    ("finding_comes_or_goes", "a"),
    ("finding_comes_or_goes", "b"),
    ("lines_come_above", None),
    ("line_is_rewritten", "a"),
    ("comment_is_answered", First()),
    ("file_is_renamed", None),
    ("finding_comes_or_goes", "a"),
    ("finding_comes_or_goes", "a"),
    ("stranger_forges", "c"),
    ("finding_comes_or_goes", "c"),
    ("nothing_changes", None),
    ("comment_is_deleted", First()),
    ("file_is_renamed", None),
    ("file_is_renamed_and_edited", First()),
    ("finding_comes_or_goes", "d"),
    ("thread_is_resolved", First()),
    ("line_is_rewritten", "b"),
    ("line_is_rewritten", "c"),
    ("line_is_rewritten", "d"),
    ("lines_come_above", None),
    ("finding_comes_or_goes", "b"),
    ("finding_comes_or_goes", "c"),
    ("file_is_renamed", None),
    ("finding_comes_or_goes", "c"),
    ("finding_comes_or_goes", "b"),
    ("nothing_changes", None),
)
"""Twenty pushes and what people did between them."""


@pytest.fixture
def server(standin_server: StandIn) -> Iterator[StandIn]:
    yield standin_server
    standin_server.assert_clean()


def test_twenty_pushes_leave_the_right_comments_each(server: StandIn) -> None:
    """What stands after each push is what should: moved, renamed, fixed, returned, answered, resolved, deleted, forged."""

    class Life(PullRequestLife):
        pass

    Life.server = server
    life = Life()
    life.begin()
    told = []
    for name, given in LIFE:
        before = life.pull.head_sha
        getattr(life, name)(**({} if given is None else {"data" if isinstance(given, First) else "name": given}))
        life.every_live_finding_has_one_comment()
        told += [name] if life.pull.head_sha != before else []
    life.teardown()
    assert 20 == len(told)


def test_any_life_of_a_pull_request_ends_with_the_right_comments(server: StandIn) -> None:
    """Findings appear, move, are renamed, fixed, come back, are answered, resolved, deleted and forged, twenty steps at a time."""

    class Life(PullRequestLife):
        pass

    Life.server = server
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=12, stateful_step_count=20, deadline=None, derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip

"""Nothing twice, nothing lost: what stands on a pull request after runs, pushes, people and refusals."""

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sentinel.model.report import SUMMARY_MARKER, Comment, marker
from sentinel.publish.journal import Pending, pending, resume
from sentinel.publish.outbox import Delivery
from tests.github.faults import Answer, server_error
from tests.github.gitrepo import push
from tests.github.rest_reviews import remove_comment
from tests.github.server import StandIn
from tests.github.state import PullRequest
from tests.publish.conftest import CHANGED, Time
from tests.publish.wants import Run, begins, check, comment, fingerprint, new_journal, outgoing


def bodies(pull: PullRequest) -> list[str]:
    """The first words of what a reader sees on the diff, in order."""
    return [one.body.split("\n")[0] for one in pull.comments if not one.minimized]


def test_a_first_run_says_everything_once(gh: StandIn, pull: PullRequest, run: Run) -> None:
    """One review, one summary, one check."""
    publisher = run.publisher()
    publisher.start_check()
    result = publisher.publish(outgoing(comment("a", 5), comment("b", 31), check=check(annotations=3)))
    assert ("check", "comments", "sticky", "check") == result.delivered
    assert ["About a.", "About b."] == bodies(pull)
    assert 1 == len(pull.reviews) and 1 == len(pull.issue_comments) and 1 == len(pull.repository.checks)
    assert ("completed", "failure", 3) == (
        pull.repository.checks[0].status,
        pull.repository.checks[0].conclusion,
        len(pull.repository.checks[0].annotations),
    )


def test_an_identical_second_run_writes_nothing(gh: StandIn, pull: PullRequest, run: Run) -> None:
    """The same result again: no write at all, even when it took longer."""
    first = run.publisher()
    first.start_check()
    first.publish(outgoing(comment("a", 5), comment("b", 31)))
    before = len(gh.writes)
    second = run.publisher(run_id="2")
    second.start_check()
    result = second.publish(outgoing(comment("a", 5), comment("b", 31), check=check(text="Two weaknesses, 1.9 s")))
    assert [] == gh.writes[before:]
    assert (0, ()) == (result.writes, result.dead_letters)


def test_a_finding_that_moved_keeps_its_comment(gh: StandIn, pull: PullRequest, run: Run) -> None:
    """Ten lines above move the finding; its comment is found by its fingerprint."""
    run.publisher().publish(outgoing(comment("a", 31)))
    push(gh, pull, {"app.py": "".join(f"new {n}\n" for n in range(10)) + CHANGED})
    run.publisher(run_id="2").publish(outgoing(comment("a", 41)))
    assert ["About a."] == bodies(pull)


def test_a_comment_whose_line_is_gone_is_replaced_once(gh: StandIn, pull: PullRequest, run: Run) -> None:
    """The old comment is folded away and the new one links to it; a third run changes nothing."""
    run.publisher().publish(outgoing(comment("a", 5)))
    push(gh, pull, {"app.py": CHANGED.replace("line five\n", "line 5 rewritten\n")})
    run.publisher(run_id="2").publish(outgoing(comment("a", 5)))
    assert [True, False] == [bool(one.minimized) for one in pull.comments]
    assert "This continues [an earlier comment](https://" in pull.comments[1].body
    before = len(gh.writes)
    run.publisher(run_id="3").publish(outgoing(comment("a", 5)))
    assert [] == gh.writes[before:]


def test_an_outdated_comment_with_an_answer_stays_visible(gh: StandIn, pull: PullRequest, run: Run) -> None:
    """A conversation is never folded away."""
    run.publisher().publish(outgoing(comment("a", 5)))
    gh.world.reply(pull.comments[0], "mona", "Why?")
    push(gh, pull, {"app.py": CHANGED.replace("line five\n", "line 5 rewritten\n")})
    run.publisher(run_id="2").publish(outgoing(comment("a", 5)))
    assert [None, None, None] == [one.minimized for one in pull.comments]
    assert 3 == len(pull.comments)


def test_equal_findings_on_several_lines_each_keep_their_comment(gh: StandIn, pull: PullRequest, run: Run) -> None:
    """The same weakness twice is two comments; the second run leaves both, a third place gets a third, a lost one no more."""
    places = [comment("a", line) for line in (3, 5)]
    run.publisher().publish(outgoing(*places))
    before = len(gh.writes)
    run.publisher(run_id="2").publish(outgoing(*places))
    assert [] == gh.writes[before:]
    run.publisher(run_id="3").publish(outgoing(*places, comment("a", 31)))
    assert [3, 5, 31] == [one.line for one in pull.comments if not one.minimized]
    before = len(gh.writes)
    run.publisher(run_id="4").publish(outgoing(*places, comment("a", 31)))
    assert [] == gh.writes[before:]


def test_a_comment_on_equal_findings_grows_with_them(gh: StandIn, pull: PullRequest, run: Run) -> None:
    """Where one comment speaks of all places, a further equal one is told in it."""
    once, twice = (fingerprint("a"),), (fingerprint("a"),) * 2
    one = replace(comment("a", 5), body=f"About a.\n\nIt is so.\n\n{marker(once)}")
    run.publisher().publish(outgoing(one))
    grown = replace(one, body=f"About a.\n\nIt is so.\n\nTwice.\n\n{marker(twice)}", fingerprints=twice)
    run.publisher(run_id="2").publish(outgoing(grown))
    assert [grown.body] == [one.body for one in pull.comments]
    before = len(gh.writes)
    run.publisher(run_id="3").publish(outgoing(grown))
    run.publisher(run_id="4").publish(outgoing(one))
    assert [] == gh.writes[before:]


def test_two_uses_on_one_pull_request_keep_out_of_each_others_way(gh: StandIn, pull: PullRequest, run: Run) -> None:
    """A monorepo scanned in two jobs with two names: two summaries, and neither calls the other's findings fixed."""
    for name, finding, line in (("server", "a", 5), ("client", "b", 31)) * 2:
        run.publisher(check_name=name).publish(outgoing(comment(finding, line), render_sticky=named(name)))
    assert ["About a.", "About b."] == bodies(pull)
    assert ["server", "client"] == begins(pull)
    before = len(gh.writes)
    run.publisher(check_name="server").publish(outgoing(comment("a", 5), render_sticky=named("server")))
    assert [] == gh.writes[before:]
    run.publisher(check_name="client").publish(outgoing(render_sticky=named("client")))
    assert ["About a.", f"**Fixed** in {pull.head_sha}."] == bodies(pull)


def named(name: str) -> object:
    return lambda lost, said: f"{name}\n\n{SUMMARY_MARKER}"


def test_a_clean_change_gets_no_comment_unless_one_stands_there(gh: StandIn, pull: PullRequest, run: Run) -> None:
    """Where it is wished, no summary is begun for nothing, and one that stands there is kept up to date."""
    run.publisher().publish(outgoing(may_begin_summary=False))
    assert [] == pull.issue_comments
    run.publisher(run_id="2").publish(outgoing(comment("a", 5), may_begin_summary=True))
    run.publisher(run_id="3").publish(
        outgoing(may_begin_summary=False, render_sticky=lambda lost, said: f"All clean\n\n{SUMMARY_MARKER}")
    )
    assert ["All clean"] == begins(pull)


def test_a_fixed_finding_is_said_to_be_fixed_once(gh: StandIn, pull: PullRequest, run: Run) -> None:
    """The comment names the commit and keeps its words folded; the next run leaves it alone."""
    run.publisher().publish(outgoing(comment("a", 5), comment("b", 31)))
    head = push(gh, pull, {"other.py": "x\n"})
    run.publisher(run_id="2").publish(outgoing(comment("b", 31)))
    assert [f"**Fixed** in {head}.", "About b."] == bodies(pull)
    assert "About a." in pull.comments[0].body
    before = len(gh.writes)
    run.publisher(run_id="3").publish(outgoing(comment("b", 31)))
    assert [] == gh.writes[before:]


def test_a_comment_whose_line_another_rule_tells_of_is_not_called_fixed(gh: StandIn, pull: PullRequest, run: Run) -> None:
    """The code stands as it stood and is told of by another rule: the old comment points to the new one; then nothing changes."""
    run.publisher().publish(outgoing(comment("a", 5), comment("b", 31)))
    head = push(gh, pull, {"other.py": "x\n"})
    replaced = f"**Replaced** in {head}: another rule tells of this line, in a comment of its own."
    for number in ("2", "3"):
        run.publisher(run_id=number).publish(outgoing(comment("c", 5)))
        assert [replaced, f"**Fixed** in {head}.", "About c."] == bodies(pull)


def test_a_comment_beside_one_that_stood_there_already_is_fixed(gh: StandIn, pull: PullRequest, run: Run) -> None:
    """Two rules told of the line: the one that is silent has been heard."""
    run.publisher().publish(outgoing(comment("a", 5), comment("b", 5)))
    head = push(gh, pull, {"other.py": "x\n"})
    run.publisher(run_id="2").publish(outgoing(comment("b", 5)))
    assert [f"**Fixed** in {head}.", "About b."] == bodies(pull)


def test_a_finding_past_the_limit_of_comments_is_not_fixed(gh: StandIn, pull: PullRequest, run: Run) -> None:
    """A finding that is still there, but not commented on any more, keeps its comment."""
    run.publisher().publish(outgoing(comment("a", 5)))
    run.publisher(run_id="2").publish(outgoing(comment("b", 31), live=["a", "b"]))
    assert ["About a.", "About b."] == bodies(pull)


def test_an_incomplete_scan_calls_nothing_fixed(gh: StandIn, pull: PullRequest, run: Run) -> None:
    """What was not looked at may still be there."""
    run.publisher().publish(outgoing(comment("a", 5)))
    run.publisher(run_id="2").publish(outgoing(is_complete=False))
    assert ["About a."] == bodies(pull)


def test_a_finding_that_comes_back_says_so(gh: StandIn, pull: PullRequest, run: Run) -> None:
    """The comment that said fixed takes its words back."""
    for number, names in enumerate((["a"], [], ["a"])):
        run.publisher(run_id=str(number)).publish(outgoing(*(comment(name, 5) for name in names)))
    assert ["*This was fixed earlier in this pull request and is back.*"] == bodies(pull)
    assert "About a." in pull.comments[0].body and "fixed=" not in pull.comments[0].body


def test_a_thread_that_a_person_resolved_is_left_alone(gh: StandIn, pull: PullRequest, run: Run) -> None:
    """Neither repeated, nor when its line goes, nor edited when it is fixed."""
    run.publisher().publish(outgoing(comment("a", 5)))
    gh.world.resolve(pull.threads[0], "mona")
    push(gh, pull, {"app.py": CHANGED.replace("line five\n", "line 5 rewritten\n")})
    run.publisher(run_id="2").publish(outgoing(comment("a", 5)))
    run.publisher(run_id="3").publish(outgoing())
    assert ["About a."] == bodies(pull)


def test_a_comment_that_a_person_deleted_is_not_repeated(gh: StandIn, pull: PullRequest, run: Run) -> None:
    """The summary remembers what was posted."""
    run.publisher().publish(outgoing(comment("a", 5), comment("b", 31)))
    remove_comment(pull.comments[0])
    push(gh, pull, {"other.py": "x\n"})
    run.publisher(run_id="2").publish(outgoing(comment("a", 5), comment("b", 31)))
    assert ["About b."] == bodies(pull)


def test_a_deleted_comment_stays_deleted_when_its_file_is_renamed(gh: StandIn, pull: PullRequest, run: Run) -> None:
    """The same weakness under another path is not said again; a copy of it in a third file is a new one."""
    same = ("code-injection/x", "1" * 32)

    def say(run_id: str, *places: tuple[str, str]) -> list[str]:
        files = {path: f"{path}\n" for _, path in places}
        push(gh, pull, dict(files))
        comments = [comment(name, 1, path) for name, path in places]
        identities = {one.fingerprints[0]: same for one in comments}
        run.publisher(run_id=run_id).publish(outgoing(*comments, identities=identities))
        return [one.path for one in pull.comments if "**Fixed**" not in one.body]

    assert ["one.py"] == say("1", ("a", "one.py"))
    remove_comment(pull.comments[0])
    assert [] == say("2", ("b", "two.py"))
    assert ["three.py"] == say("3", ("b", "two.py"), ("c", "three.py"))
    assert ["three.py"] == say("4", ("d", "four.py"), ("c", "three.py"))


def test_a_comment_that_a_person_folded_away_is_not_repeated(gh: StandIn, pull: PullRequest, run: Run) -> None:
    """Hiding a comment that stands is an answer too."""
    run.publisher().publish(outgoing(comment("a", 5)))
    pull.comments[0].minimized = "off-topic"
    run.publisher(run_id="2").publish(outgoing(comment("a", 5)))
    assert 1 == len(pull.comments)


@pytest.mark.parametrize("login", ["eve", "github-actions"])
def test_a_forged_marker_silences_nothing(gh: StandIn, pull: PullRequest, run: Run, login: str) -> None:
    """A stranger's comment with our marker, in the diff or on the conversation, is neither believed nor touched."""
    forger = gh.world.add_token(login, is_installation=False)
    forged = run.publisher(token=forger)
    forged.client.create_review(1, pull.head_sha, "", [comment("a", 5)])
    state = f'<!-- sentinel:v1 state={{"head":"","posted":"{fingerprint("a")[:10]}"}} -->'
    forged.client.create_comment(1, f"# Summary\n\n{state}\n{SUMMARY_MARKER}")
    before = [pull.comments[0].body, pull.issue_comments[0].body]
    run.publisher(run_id="2").publish(outgoing(comment("a", 5)))
    assert ["About a.", "About a."] == bodies(pull)
    assert before == [pull.comments[0].body, pull.issue_comments[0].body]
    assert 2 == len(pull.issue_comments)


OURS = "github-actions[bot]"


def test_a_marker_that_another_workflow_repeats_silences_nothing(gh: StandIn, pull: PullRequest, run: Run) -> None:
    """Another workflow writes under our login what a stranger gave it, to its last line: neither believed nor touched."""
    state = f'<!-- sentinel:v1 state={{"head":"","posted":"{fingerprint("b")[:10]}"}} -->'
    quoted = f"Thanks for your change!\n\n{SUMMARY_MARKER}\n# Summary\n\n{state}\n{SUMMARY_MARKER}"
    gh.world.say(pull, OURS, quoted)
    other = run.publisher()
    other.client.create_review(1, pull.head_sha, "", [replace(comment("a", 6), body=f"Fine.\n\n{comment('a').body}")])
    said = pull.comments[0].body
    for run_id in ("2", "3"):
        run.publisher(run_id=run_id).publish(outgoing(comment("a", 5), comment("b", 31)))
        assert [said, comment("a").body, comment("b").body] == [one.body for one in pull.comments]
        assert ["Thanks for your change!", "# Summary"] == begins(pull)


def test_a_comment_of_ours_with_other_words_is_brought_up_to_date(gh: StandIn, pull: PullRequest, run: Run) -> None:
    """What stands under our login at the finding's own line is edited to what is to be said, without a second comment."""
    old = replace(comment("a", 5), body=f"Older words on a.\n\n{marker((fingerprint('a'),))}")
    run.publisher().publish(outgoing(old))
    run.publisher(run_id="2").publish(outgoing(comment("a", 5)))
    assert ["About a."] == bodies(pull)


def test_a_summary_forged_whole_keeps_at_most_a_comment_off_its_line(gh: StandIn, pull: PullRequest, run: Run) -> None:
    """Who writes whole comments under our login could delete ours, too: the summary and the check tell the finding all the same."""
    state = f'<!-- sentinel:v1 state={{"head":"","posted":"{fingerprint("a")[:10]}"}} -->'
    gh.world.say(pull, OURS, f"{SUMMARY_MARKER}\n# All is well\n\n{state}\n{SUMMARY_MARKER}")
    run.publisher().publish(outgoing(comment("a", 5), comment("b", 31)))
    assert (["# Summary"], ["failure"]) == (begins(pull), [one.conclusion for one in pull.repository.checks])
    assert ["About b."] == bodies(pull)


def test_a_marker_quoted_in_an_answer_is_not_believed(gh: StandIn, pull: PullRequest, run: Run) -> None:
    """An answer under our own comment that ends in the marker of another finding hides nothing."""
    run.publisher().publish(outgoing(comment("a", 5)))
    gh.world.reply(pull.comments[0], "github-actions[bot]", f"See:\n{marker((fingerprint('b'),))}")
    run.publisher(run_id="2").publish(outgoing(comment("a", 5), comment("b", 31)))
    assert ["About a.", "See:", "About b."] == bodies(pull)


def test_a_comment_of_ours_that_somebody_edited_hides_no_further_finding(gh: StandIn, pull: PullRequest, run: Run) -> None:
    """Its marker is not believed; its own finding is remembered by the summary."""
    run.publisher().publish(outgoing(comment("a", 5)))
    forged = f"Harmless.\n\n{marker((fingerprint('a'), fingerprint('b')))}"
    gh.world.edit(pull.comments[0], "mallory", forged)
    run.publisher(run_id="2").publish(outgoing(comment("a", 5), comment("b", 31)))
    assert ["Harmless.", "About b."] == bodies(pull)
    assert forged == pull.comments[0].body


def test_markers_on_the_second_page_are_found(gh: StandIn, pull: PullRequest, run: Run) -> None:
    """A hundred threads of others before ours change nothing."""
    other = run.publisher(token=gh.world.add_token("mona", is_installation=False))
    for _ in range(4):
        other.client.create_review(1, pull.head_sha, "", [comment(str(n), 5) for n in range(30)])
    run.publisher().publish(outgoing(comment("mine", 31)))
    before = len(gh.writes)
    run.publisher(run_id="2").publish(outgoing(comment("mine", 31)))
    assert [] == gh.writes[before:]
    assert 121 == len(pull.comments)


def test_one_comment_of_fifty_that_has_no_place_is_the_only_one_lost(gh: StandIn, pull: PullRequest, run: Run) -> None:
    """Forty-nine are posted, one is in the summary."""
    places = [*range(2, 9), *range(28, 35)]
    comments = [comment(str(n), places[n % len(places)]) for n in range(49)]
    comments.insert(20, comment("lost", 5, path="not-in-the-diff.py"))
    result = run.publisher().publish(outgoing(*comments))
    assert 49 == len(pull.comments)
    assert ["not-in-the-diff.py"] == [one.path for one in result.undelivered]
    assert "- not-in-the-diff.py:5\n" in pull.issue_comments[0].body
    before = len(gh.writes)
    run.publisher(run_id="2").publish(outgoing(*comments))
    assert [] == gh.writes[before:]


def test_a_line_that_github_refuses_goes_to_its_file(gh: StandIn, pull: PullRequest, run: Run) -> None:
    """The comment names the line in words."""
    result = run.publisher().publish(outgoing(comment("a", 5), comment("b", 20)))
    assert ["About a.", "*On line 20:*"] == bodies(pull)
    assert ["line", "file"] == [one.subject for one in pull.comments]
    assert () == result.undelivered
    before = len(gh.writes)
    run.publisher(run_id="2").publish(outgoing(comment("a", 5), comment("b", 20)))
    assert [] == gh.writes[before:]


def test_a_forks_token_is_a_normal_case(gh: StandIn, pull: PullRequest, run: Run) -> None:
    """One sentence, no traceback, two refused writes, and everything is a dead letter that can be delivered later."""
    publisher = run.publisher(token=gh.fork_token, is_read_only_expected=True)
    publisher.start_check()
    result = publisher.publish(outgoing(comment("a", 5)))
    assert ["check", "comments", "sticky", "check"] == [letter.delivery.kind for letter in result.dead_letters]
    assert 1 == len(result.notices) and "read-only token" in result.notices[0]
    assert ["About a."] == [one.body.split("\n")[0] for one in result.undelivered]
    assert ["/check-runs", "/reviews"] == ["/" + request.path.rpartition("/")[2] for request in gh.writes]


def test_a_missing_right_is_said_once_with_its_line(gh: StandIn, pull: PullRequest, run: Run) -> None:
    """Comments go out without `checks: write`; the notice names the line."""
    gh.grant(checks="read")
    publisher = run.publisher()
    publisher.start_check()
    result = publisher.publish(outgoing(comment("a", 5)))
    assert ["About a."] == bodies(pull)
    assert 1 == len(result.notices) and "`checks: write`" in result.notices[0]


def test_an_older_head_does_not_overwrite_a_newer_one(gh: StandIn, pull: PullRequest, run: Run) -> None:
    """A slow run of an older push writes nothing but its own check."""
    old = pull.head_sha
    slow = run.publisher(head=old)
    slow.start_check()
    push(gh, pull, {"other.py": "x\n"})
    run.publisher(run_id="2").publish(outgoing(comment("a", 5)))
    text = pull.issue_comments[0].body
    result = slow.publish(outgoing(comment("a", 5), comment("b", 31)))
    assert result.is_stale and () == tuple(c for c in result.delivered if c in ("comments", "sticky"))
    assert (["About a."], text) == (bodies(pull), pull.issue_comments[0].body)
    assert "completed" == pull.repository.checks[0].status


def test_what_two_runs_said_at_once_is_folded_by_the_next(gh: StandIn, pull: PullRequest, run: Run) -> None:
    """Two runs that read before either wrote post twice; the next run folds the second away, once."""
    one, other = run.publisher(), run.publisher(run_id="2")
    one.conversation()
    other.conversation()
    one.publish(outgoing(comment("a", 5)))
    other.publish(outgoing(comment("a", 5)))
    run.publisher(run_id="3").publish(outgoing(comment("a", 5)))
    assert ["About a."] == bodies(pull)
    before = len(gh.writes)
    run.publisher(run_id="4").publish(outgoing(comment("a", 5)))
    assert [request for request in gh.writes[before:] if "minimize" in str(request.body)] == []


def test_a_resolved_thread_follows_when_the_token_may(gh: StandIn, pull: PullRequest, run: Run) -> None:
    """With `contents: write` a fixed thread is resolved, and a finding that comes back gets a new comment."""
    gh.grant(contents="write")
    run.publisher().publish(outgoing(comment("a", 5)))
    run.publisher(run_id="2").publish(outgoing())
    assert "github-actions[bot]" == pull.threads[0].resolved_by.login if pull.threads[0].resolved_by else False
    run.publisher(run_id="3").publish(outgoing(comment("a", 5)))
    assert "*This was fixed earlier in this pull request and is back.*" == bodies(pull)[1]


def test_a_fixed_thread_that_somebody_resolved_does_not_hide_a_return(gh: StandIn, pull: PullRequest, run: Run) -> None:
    """Tidying up after a fix is no answer to the finding's coming back."""
    run.publisher().publish(outgoing(comment("a", 5)))
    run.publisher(run_id="2").publish(outgoing())
    gh.world.resolve(pull.threads[0], "mona")
    run.publisher(run_id="3").publish(outgoing(comment("a", 5)))
    assert ["*This was fixed earlier in this pull request and is back.*"] == bodies(pull)[1:]


def test_a_cancelled_run_completes_its_check(gh: StandIn, pull: PullRequest, run: Run) -> None:
    """The check says cancelled, in one request."""
    publisher = run.publisher()
    publisher.start_check()
    before = len(gh.requests)
    publisher.cancel()
    assert ("completed", "cancelled") == (pull.repository.checks[0].status, pull.repository.checks[0].conclusion)
    assert 1 == len(gh.requests) - before


def test_the_check_tells_how_far_a_long_scan_is(gh: StandIn, pull: PullRequest, run: Run, time: Time) -> None:
    """A few updates, each wait twice as long, none for a quick scan; then the conclusion."""
    publisher = run.publisher()
    publisher.start_check()
    told: list[str] = []
    for second in range(600):
        publisher.progress(second, 600)
        title = str(pull.repository.checks[0].output.get("title", ""))
        told += [title] if title not in ("", *told) else []
        time.seconds += 1
    assert ["15 of 600 files", "45 of 600 files", "105 of 600 files", "225 of 600 files"] == told
    publisher.publish(outgoing())
    assert [("completed", "failure", "t")] == [(one.status, one.conclusion, one.output["title"]) for one in pull.repository.checks]


@pytest.mark.parametrize("is_begun", [True, False], ids=["github fails", "no check is open"])
def test_progress_that_cannot_be_told_is_no_news(gh: StandIn, pull: PullRequest, run: Run, time: Time, is_begun: bool) -> None:
    """One try, no exception, no dead letter; without a check nothing is asked."""
    publisher = run.publisher()
    if is_begun:
        publisher.start_check()
        gh.fault("PATCH", "/check-runs/", server_error(500))
    before = len(gh.requests)
    for _ in range(3):
        time.seconds += 100
        publisher.progress(1, 2)
    assert (int(is_begun), ()) == (len(gh.requests) - before, publisher.result().dead_letters)


def test_a_check_that_a_run_left_open_is_closed_by_the_next(gh: StandIn, pull: PullRequest, run: Run) -> None:
    """On the same head and on the head before."""
    run.publisher().publish(outgoing(check=None))
    run.publisher().start_check()
    push(gh, pull, {"other.py": "x\n"})
    run.publisher(run_id="2").start_check()
    last = run.publisher(run_id="3")
    last.start_check()
    last.publish(outgoing())
    assert ["cancelled", "cancelled", "failure"] == [one.conclusion for one in pull.repository.checks]


def test_many_annotations_come_in_chunks(gh: StandIn, pull: PullRequest, run: Run) -> None:
    """107 annotations take three requests, none is lost or doubled."""
    run.publisher().publish(outgoing(check=check(annotations=107)))
    found = [one["message"] for one in pull.repository.checks[0].annotations]
    assert [f"message {n}" for n in range(107)] == found
    assert "completed" == pull.repository.checks[0].status


def test_a_changed_result_on_the_same_head_is_a_new_check(gh: StandIn, pull: PullRequest, run: Run) -> None:
    """Annotations cannot be taken back, so a completed check stays as it is and a new one follows."""
    run.publisher().publish(outgoing(check=check(annotations=1)))
    second = run.publisher(run_id="2")
    second.start_check()
    second.publish(outgoing(check=check("success")))
    assert ["failure", "success"] == [one.conclusion for one in pull.repository.checks]


def test_a_service_that_does_not_answer_is_left_alone(gh: StandIn, pull: PullRequest, run: Run) -> None:
    """After a few failures nothing further is tried, nothing is raised, and the time stays within the budget."""
    gh.fault("*", ".", server_error(503), count=1000)
    publisher = run.publisher()
    publisher.start_check()
    result = publisher.publish(outgoing(comment("a", 5)))
    assert 4 == len(result.dead_letters)
    assert result.requests <= 10


def test_a_missing_token_is_said(gh: StandIn, pull: PullRequest, run: Run) -> None:
    """No token: no request, one sentence, everything undelivered."""
    result = run.publisher(token="").publish(outgoing(comment("a", 5)))
    assert ["There is no token for GitHub. Pass `github-token`; its default is the job's own token."] == list(result.notices)
    assert 0 == len(gh.requests)


def many(count: int) -> list[Comment]:
    places = [*range(2, 9), *range(28, 35)]
    return [comment(str(n), places[n % len(places)]) for n in range(count)]


def test_requests_stay_within_their_budget(gh: StandIn, pull: PullRequest, run: Run) -> None:
    """100 changed files and 30 findings: at most 15 requests at first, 8 when nothing has changed, base contents included."""
    files = {f"src/file{n:03}.py": f"{n}\n" for n in range(98)}
    push(gh, pull, dict(files))
    for run_id, most in (("1", 15), ("2", 8)):
        publisher = run.publisher(run_id=run_id)
        before = len(gh.requests)
        publisher.start_check()
        listed = publisher.client.pull_files(1)
        publisher.client.contents(pull.base_sha, [file.path for file in listed])
        publisher.publish(outgoing(*many(30), check=check(annotations=30)))
        spent = len(gh.requests) - before
        assert spent == publisher.client.requests
        assert spent <= most
    assert 30 == len(pull.comments)


def test_the_summary_hears_of_every_notice(gh: StandIn, pull: PullRequest, run: Run) -> None:
    """When comments are refused, the sticky comment that still goes out says so."""
    gh.fault("POST", "/reviews", Answer(400, {"message": "Problems parsing JSON"}))
    run.publisher().publish(outgoing(comment("a", 5)))
    expected = "# Summary\n- app.py:5\n> GitHub refused to post review comments: Problems parsing JSON."
    assert expected in pull.issue_comments[0].body


def test_dead_letters_are_delivered_from_the_journal_later(gh: StandIn, pull: PullRequest, run: Run, tmp_path: Path) -> None:
    """What a read-only token left undone, a token that may write does from the journal, once."""
    journal = new_journal(tmp_path, "9")
    first = run.publisher(token=gh.fork_token, journal=journal)
    first.start_check()
    first.publish(outgoing(comment("a", 5), comment("b", 31), check=check(annotations=3)))
    again, events, _ = resume(journal.handle, "10", lambda: "2026-03-01T12:05:00Z")
    left = pending(iter(events))
    result = run.publisher(journal=again).deliver_pending(left)
    assert ["About a.", "About b."] == bodies(pull)
    assert ["check", "comments", "sticky"] == sorted(result.delivered)
    assert [("failure", 3)] == [(one.conclusion, len(one.annotations)) for one in pull.repository.checks]
    assert 1 == len(pull.issue_comments)
    before = len(gh.writes)
    third, events, _ = resume(journal.handle, "11", lambda: "2026-03-01T12:06:00Z")
    run.publisher(journal=third).deliver_pending(pending(iter(events)))
    assert [] == gh.writes[before:]
    os.close(journal.handle)


def test_a_further_sink_is_told_and_resumed(gh: StandIn, pull: PullRequest, run: Run) -> None:
    """Deliveries of other sinks go through the same outbox, and are found again by their kind."""

    class Sink:
        def __init__(self) -> None:
            self.told: list[object] = []

        def send(self, data: Mapping[str, Any]) -> None:
            self.told.append(data["n"])

        def is_done(self, data: Mapping[str, Any]) -> bool:
            return False

    sink = Sink()
    run.publisher().publish(outgoing(others=((Delivery("sink", {"n": 1}, service="sink"), sink),)))
    run.publisher().deliver_pending([Pending("k", "sink", {"n": 2}), Pending("l", "unknown", {"n": 3})], {"sink": sink})
    assert [1, 2] == sink.told


def test_a_summary_that_somebody_deleted_meanwhile_is_begun_anew(gh: StandIn, pull: PullRequest, run: Run) -> None:
    """The edit finds nothing, so a new one is written."""
    run.publisher().publish(outgoing(comment("a", 5)))
    second = run.publisher(run_id="2")
    second.conversation()
    pull.issue_comments.clear()
    second.publish(outgoing(comment("a", 5), check=check("success"), render_sticky=lambda lost, said: f"New\n\n{SUMMARY_MARKER}"))
    assert ["New"] == begins(pull)


def test_a_comment_that_somebody_deleted_meanwhile_needs_no_change(gh: StandIn, pull: PullRequest, run: Run) -> None:
    """Fixing what is gone is no error."""
    run.publisher().publish(outgoing(comment("a", 5), comment("b", 31)))
    second = run.publisher(run_id="2")
    second.conversation()
    remove_comment(pull.comments[0])
    result = second.publish(outgoing(comment("b", 31)))
    assert () == result.dead_letters and ["About b."] == bodies(pull)


def test_a_refused_change_of_comments_is_said(gh: StandIn, pull: PullRequest, run: Run) -> None:
    """GraphQL refuses with status 200; it is a missing right all the same."""
    run.publisher().publish(outgoing(comment("a", 5)))
    gh.grant(pull_requests="read", issues="read")
    result = run.publisher(run_id="2").publish(outgoing())
    assert ["comments", "sticky"] == [letter.delivery.kind for letter in result.dead_letters]
    assert "`pull-requests: write`" in result.notices[0]


def test_two_commits_are_compared_for_a_push(gh: StandIn, pull: PullRequest, run: Run) -> None:
    """The files of a push come from GitHub's comparison."""
    found = run.publisher().client.compared_files(pull.base_sha, pull.head_sha)
    assert [("app.py", "modified"), ("new.py", "added")] == [(file.path, file.status) for file in found]


def test_a_run_without_a_pull_request_sets_its_check(gh: StandIn, pull: PullRequest, run: Run) -> None:
    """A push or a merge group: the check and nothing else."""
    pull.number, number = 0, pull.number
    publisher = run.publisher()
    pull.number = number
    publisher.start_check()
    publisher.publish(outgoing(comment("a", 5)))
    assert ([], [], ["failure"]) == (pull.comments, pull.issue_comments, [one.conclusion for one in pull.repository.checks])


def test_finding_the_refused_comments_takes_a_bounded_number_of_requests(gh: StandIn, pull: PullRequest, run: Run) -> None:
    """When everything is refused, the search ends and what is left goes to the summary."""
    result = run.publisher().publish(outgoing(*(comment(str(n), 5, path="gone.py") for n in range(60))))
    assert 60 == len(result.undelivered)
    assert sum(request.path.endswith("/reviews") for request in gh.requests) <= 40


def test_a_handler_of_sigterm_may_fail_quietly(gh: StandIn, pull: PullRequest, run: Run) -> None:
    """GitHub is down when the job is cancelled: a notice, no exception, within seconds; before a check there is nothing to do."""
    publisher = run.publisher()
    publisher.cancel()
    publisher.start_check()
    gh.fault("PATCH", "/check-runs/", server_error(503), count=99)
    publisher.cancel()
    assert 1 == len(publisher.result().notices)

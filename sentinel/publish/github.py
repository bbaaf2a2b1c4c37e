"""GitHub's REST and GraphQL API, as far as we use it. The one home of PyGithub.

PyGithub brings the connection, the authentication and the addresses of GitHub Enterprise Server. Its objects are not used:
they follow addresses found in answers and fetch missing attributes without being asked. Its retry is off (see `retry`).
Every request goes to the host of the API address and to no other; each is counted; errors have words and never the token.
"""

from __future__ import annotations

import stat
from base64 import b64decode
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from sentinel.errors import UsageError
from sentinel.model.report import Comment
from sentinel.publish import answers, queries
from sentinel.publish.answers import CheckRun, Mutation, MutationKind, PullFile
from sentinel.publish.conversation import Conversation
from sentinel.publish.events import PullCandidate
from sentinel.publish.failures import Answer, FateUnknown, OutOfTime, Refused
from sentinel.publish.retry import MOST_TRIES, Budget, Next, judge, seconds_to_wait

if TYPE_CHECKING:
    from github import Github

WRITE_PULLS = "pull-requests: write"
WRITE_CHECKS = "checks: write"
READ_CONTENTS = "contents: read"
WRITE_CONTENTS = "contents: write"
"""Only for resolving threads, which is optional."""
ANNOTATIONS_A_REQUEST = 50
"""The most that GitHub takes in one request; further ones are appended by updates."""
PAGE = 100
MOST_FILES = 3000
"""GitHub lists no more files of a pull request."""
MOST_COMMENTS = 5000
BLOBS_A_QUERY = 50
MOST_SINGLE_BLOBS = 50
MUTATIONS_A_REQUEST = 20
_MOST_FILLED_PAGES = 12
_SMALL_PAGE = 25
_PARTS = PAGE // _SMALL_PAGE
_UNHURRIED_WRITES = 5


@dataclass(frozen=True)
class Contents:
    """Files at a commit."""

    found: Mapping[str, bytes] = field(default_factory=dict)
    absent: frozenset[str] = frozenset()
    """There is no such file at the commit."""
    unread: tuple[str, ...] = ()
    """It is there, but too large or too many to be read; sorted."""


class GitHubClient:
    """A repository on GitHub, seen with a token. Reads are repeated within the budget; see `_send` for writes."""

    def __init__(
        self,
        token: str,
        *,
        repository: str,
        budget: Budget,
        now: Callable[[], float],
        api_url: str = "https://api.github.com",
        timeout_seconds: int = 15,
        seconds_between_writes: float = 1.0,
    ) -> None:
        """`now` is the time of day in seconds since 1970. Raises UsageError for an address without TLS, Refused without a token."""
        address = urlsplit(api_url)
        if address.scheme != "https" and address.hostname not in ("127.0.0.1", "localhost", "::1"):
            raise UsageError("The API address must begin with https://.", "GITHUB_API_URL is as the runner sets it.")
        if not token:
            raise Refused("There is no token for GitHub.", "Pass `github-token`; its default is the job's own token.", status=401)
        self.repository = repository
        self.requests = 0
        """How many requests were sent, repeated ones included."""
        self.writes = 0
        self._budget = budget
        self._now = now
        self._pause = seconds_between_writes
        self._is_app = token.startswith("ghs_")
        self._github = _connect(token, api_url, timeout_seconds)

    def __repr__(self) -> str:
        return f"GitHubClient({self.repository!r})"

    def close(self) -> None:
        """Let go of the connection."""
        self._github.close()

    # -- Reading ---------------------------------------------------------------------------------------------------------------

    def conversation(self, number: int) -> Conversation:
        """The pull request with all its threads and comments, on every page. One request for up to 100 of each."""
        variables: dict[str, Any] = {**self._owner_and_name(), "number": number, "withThreads": True, "withComments": True}
        threads: list[Any] = []
        remarks: list[Any] = []
        while True:
            data = self._query(queries.CONVERSATION, variables, "read the pull request", "pull-requests: read")
            pull = answers.at(data, "repository", "pullRequest")
            if not isinstance(pull, dict):
                raise Refused("GitHub knows no such pull request.", status=404)
            threads += answers.nodes(pull.get("reviewThreads"))
            remarks += answers.nodes(pull.get("comments"))
            more_threads, more_remarks = answers.next_cursor(pull.get("reviewThreads")), answers.next_cursor(pull.get("comments"))
            if not (more_threads or more_remarks) or len(threads) + len(remarks) >= MOST_COMMENTS:
                break
            variables |= {"withThreads": bool(more_threads), "withComments": bool(more_remarks)}
            variables |= {"threadsAfter": more_threads or None, "commentsAfter": more_remarks or None}
        viewer = self._viewer(data)
        return Conversation(
            number=number,
            head_sha=str(pull.get("headRefOid") or ""),
            base_sha=str(pull.get("baseRefOid") or ""),
            base_ref=str(pull.get("baseRefName") or ""),
            state=str(pull.get("state") or ""),
            changed_files=answers.number(pull.get("changedFiles")),
            viewer=viewer.removesuffix("[bot]"),
            threads=tuple(answers.thread(node, viewer) for node in threads if answers.nodes(node.get("comments"))),
            remarks=tuple(answers.remark(node, viewer) for node in remarks),
        )

    def comment_history(self, node_id: str) -> tuple[str, ...]:
        """What a comment of the conversation said after each of its edits, the newest first.

        GitHub's description calls it "a summary of the changes"; it is the whole text. Callers hold it against its marker.
        """
        data = self._query(queries.EDITS, {"id": node_id}, "read the summary's edits", "pull-requests: read")
        return tuple(str(node.get("diff") or "") for node in answers.nodes(answers.at(data, "node", "userContentEdits")))

    def pull_files(self, number: int) -> tuple[PullFile, ...]:
        """The files of a pull request in GitHub's order, at most 3,000.

        GitHub drops the patches of a page past some 20,000 lines without a word; smaller pages give them back, so a few are
        asked for where patches are missing.
        """
        path = f"/repos/{self.repository}/pulls/{number}/files"
        files: list[PullFile] = []
        filled = 0
        for page in range(1, MOST_FILES // PAGE + 1):
            found, has_more = self._files(path, page, PAGE)
            if answers.seems_cut(found):
                for part in _parts_to_fill(found)[: _MOST_FILLED_PAGES - filled]:
                    again, _ = self._files(path, (page - 1) * _PARTS + part + 1, _SMALL_PAGE)
                    found[part * _SMALL_PAGE : (part + 1) * _SMALL_PAGE] = again
                    filled += 1
            files += found
            if not has_more:
                break
        return tuple(files)

    def compared_files(self, base: str, head: str) -> tuple[PullFile, ...]:
        """The files that differ between the merge base of two commits and the second; GitHub lists at most 300."""
        path = f"/repos/{self.repository}/compare/{quote(base, safe='')}...{quote(head, safe='')}"
        data = self._send("GET", path, doing="compare two commits", permission=READ_CONTENTS)
        return tuple(answers.pull_file(entry) for entry in answers.entries(answers.at(data, "files")))

    def contents(self, commit: str, paths: Iterable[str]) -> Contents:
        """Files at a commit, byte for byte: fifty in a GraphQL query; those it cannot give exactly are read one by one."""
        found: dict[str, bytes] = {}
        absent: set[str] = set()
        single: dict[str, str] = {}
        wanted = sorted(set(paths))
        for start in range(0, len(wanted), BLOBS_A_QUERY):
            part = wanted[start : start + BLOBS_A_QUERY]
            for path, blob in self._blobs(commit, part):
                if blob is None:
                    absent.add(path)
                elif (data := answers.exact_text(blob)) is not None:
                    found[path] = data
                else:
                    single[path] = str(blob.get("oid"))
        unread = tuple(sorted(single)[MOST_SINGLE_BLOBS:])
        for path in sorted(single)[:MOST_SINGLE_BLOBS]:
            found[path] = self._blob(single[path])
        return Contents(found, frozenset(absent), unread)

    def links(self, commit: str, folder: str) -> frozenset[str]:
        """The names in a folder of a commit (empty: its top) that are symbolic links."""
        variables = self._owner_and_name() | {"tree": f"{commit}:{folder}"}
        data = self._query(queries.FOLDER, variables, "read files of the base", READ_CONTENTS)
        entries = answers.entries(answers.at(data, "repository", "object", "entries"))
        return frozenset(str(answers.at(one, "name")) for one in entries if stat.S_ISLNK(answers.number(answers.at(one, "mode"))))

    def pull_candidates(self, owner: str, branch: str) -> tuple[PullCandidate, ...]:
        """The open pull requests whose head is a branch of that owner."""
        parameters = {"state": "open", "head": f"{owner}:{branch}"}
        path = f"/repos/{self.repository}/pulls"
        entries, _ = self._page(path, parameters, 1, PAGE, "list the pull requests", "pull-requests: read")
        return tuple(answers.candidate(entry) for entry in entries)

    def check_runs(self, sha: str, name: str) -> tuple[CheckRun, ...]:
        """The check runs of that name on a commit, the newest first."""
        parameters = {"check_name": name, "filter": "all", "per_page": str(PAGE)}
        path = f"/repos/{self.repository}/commits/{quote(sha, safe='')}/check-runs"
        data = self._send("GET", path, query=parameters, doing="list the checks", permission="checks: read")
        return tuple(answers.check_run(entry) for entry in answers.entries(answers.at(data, "check_runs")))

    def check_run(self, number: int) -> CheckRun:
        """One check run."""
        path = f"/repos/{self.repository}/check-runs/{number}"
        return answers.check_run(self._send("GET", path, doing="read the check", permission="checks: read"))

    # -- Writing ---------------------------------------------------------------------------------------------------------------

    def create_review(self, number: int, commit: str, body: str, comments: Sequence[Comment]) -> None:
        """One review that only comments. All or nothing: Refused with status 422 when one comment has no place in the diff."""
        payload = {"commit_id": commit, "event": "COMMENT", "body": body, "comments": [answers.review_comment(c) for c in comments]}
        path = f"/repos/{self.repository}/pulls/{number}/reviews"
        self._send("POST", path, body=payload, doing="post review comments", permission=WRITE_PULLS)

    def create_file_comment(self, number: int, commit: str, path: str, body: str) -> None:
        """A comment on a file as a whole, which a review cannot hold."""
        payload = {"commit_id": commit, "path": path, "subject_type": "file", "body": body}
        target = f"/repos/{self.repository}/pulls/{number}/comments"
        self._send("POST", target, body=payload, doing="post review comments", permission=WRITE_PULLS)

    def create_comment(self, number: int, body: str) -> None:
        """A comment on the conversation."""
        path = f"/repos/{self.repository}/issues/{number}/comments"
        self._send("POST", path, body={"body": body}, doing="comment on the pull request", permission=WRITE_PULLS)

    def mutate(self, mutations: Sequence[Mutation]) -> tuple[str, ...]:
        """Do several changes in one request; answers for each what was wrong with it, "" when it was done.

        Raises Refused when the request as a whole was refused.
        """
        only_resolves = all(mutation.kind is MutationKind.RESOLVE for mutation in mutations)
        data, errors = self._graphql(
            queries.mutation([mutation.kind.value for mutation in mutations]),
            {f"input{n}": answers.mutation_input(mutation) for n, mutation in enumerate(mutations)},
            is_write=True,
            doing="resolve its threads" if only_resolves else "change its comments",
            permission=WRITE_CONTENTS if only_resolves else WRITE_PULLS,
        )
        by_alias = {str((error.get("path") or [""])[0]): answers.one_line(error.get("message")) for error in errors}
        if errors and "" in by_alias and not any(data.values()):
            raise Refused(f"GitHub refused to change our comments: {by_alias['']}.", status=400)
        return tuple(by_alias.get(f"m{n}", "") for n in range(len(mutations)))

    def create_check_run(self, body: Mapping[str, Any]) -> int:
        """A new check run; answers its number."""
        path = f"/repos/{self.repository}/check-runs"
        data = self._send("POST", path, body=dict(body), doing="create the check", permission=WRITE_CHECKS)
        return answers.number(answers.at(data, "id"))

    def update_check_run(self, number: int, body: Mapping[str, Any]) -> None:
        """Change a check run; annotations in it are added to those that are there."""
        path = f"/repos/{self.repository}/check-runs/{number}"
        self._send("PATCH", path, body=dict(body), doing="update the check", permission=WRITE_CHECKS)

    def _viewer(self, data: Mapping[str, Any]) -> str:
        """Our login, an app's always with `[bot]`: GraphQL leaves it out at times, and a person may bear the name without."""
        login = str(answers.at(data, "viewer", "login") or "")
        return f"{login.removesuffix('[bot]')}[bot]" if login and self._is_app else login

    # -- Sending ---------------------------------------------------------------------------------------------------------------

    def _owner_and_name(self) -> dict[str, str]:
        owner, _, name = self.repository.partition("/")
        return {"owner": owner, "name": name}

    def _page(
        self, path: str, parameters: Mapping[str, str], page: int, size: int, doing: str, permission: str
    ) -> tuple[list[dict[str, Any]], bool]:
        """The entries of a page, and whether another follows. Addresses in the answer are never followed."""
        query = {**parameters, "per_page": str(size), "page": str(page)}
        answer = self._send_fully("GET", path, query=query, doing=doing, permission=permission)
        return answers.entries(answer.data), 'rel="next"' in answer.headers.get("link", "")

    def _files(self, path: str, page: int, size: int) -> tuple[list[PullFile], bool]:
        found, has_more = self._page(path, {}, page, size, "list the files", "pull-requests: read")
        return [answers.pull_file(entry) for entry in found], has_more

    def _blobs(self, commit: str, paths: Sequence[str]) -> Iterator[tuple[str, dict[str, Any] | None]]:
        variables = self._owner_and_name() | {f"e{n}": f"{commit}:{path}" for n, path in enumerate(paths)}
        data = self._query(queries.blobs(len(paths)), variables, "read files of the base", READ_CONTENTS)
        for n, path in enumerate(paths):
            blob = answers.at(data, "repository", f"b{n}")
            yield path, blob if isinstance(blob, dict) and "oid" in blob else None

    def _blob(self, sha: str) -> bytes:
        path = f"/repos/{self.repository}/git/blobs/{quote(sha, safe='')}"
        data = self._send("GET", path, doing="read files of the base", permission=READ_CONTENTS)
        return b64decode(str(answers.at(data, "content") or ""))

    def _query(self, query: str, variables: Mapping[str, Any], doing: str, permission: str) -> Mapping[str, Any]:
        data, errors = self._graphql(query, variables, is_write=False, doing=doing, permission=permission)
        if errors and not any(data.values()):
            status = 404 if errors[0].get("type") == "NOT_FOUND" else 400
            raise Refused(f"GitHub refused to {doing}: {answers.one_line(errors[0].get('message'))}", status=status)
        return data

    def _graphql(
        self, query: str, variables: Mapping[str, Any], *, is_write: bool, doing: str, permission: str
    ) -> tuple[Mapping[str, Any], list[dict[str, Any]]]:
        """Data and errors of a query. A limit or a missing right, which GraphQL answers with status 200, is raised as ever."""
        url = self._github.requester.graphql_url
        body = {"query": query, "variables": dict(variables)}
        answer = self._send_fully("POST", url, body=body, is_write=is_write, doing=doing, permission=permission)
        data = answers.at(answer.data, "data")
        return data if isinstance(data, dict) else {}, [
            e for e in answers.entries(answers.at(answer.data, "errors")) if isinstance(e, dict)
        ]

    def _send(self, verb: str, path: str, *, doing: str, permission: str, **how: Any) -> Any:
        return self._send_fully(verb, path, doing=doing, permission=permission, **how).data

    def _send_fully(
        self,
        verb: str,
        path: str,
        *,
        doing: str,
        permission: str,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        is_write: bool | None = None,
    ) -> Answer:
        """Send a request, again where that is safe. A write is sent again only after a limit, which certainly stopped it.

        Raises Refused; FateUnknown for a write whose answer was lost; OutOfTime when the budget ends.
        """
        is_write = verb != "GET" if is_write is None else is_write
        self._pace(is_write)
        for tries in range(1, MOST_TRIES + 1):
            if self._budget.left <= 0:
                raise OutOfTime(f"The time for publishing was used up before this: {doing}.")
            self.requests += 1
            answer = self._once(verb, path, query, body)
            step = judge(answer, is_write=is_write)
            if step is Next.ACCEPT:
                return answer
            if step is Next.LOOK:
                raise FateUnknown(f"GitHub's answer was lost ({doing}): {answer.words or answer.status}.")
            if step is Next.REFUSE:
                raise answers.refusal(answer, doing, permission)
            if tries == MOST_TRIES or not self._budget.wait(seconds_to_wait(answer, tries, self._now())):
                break
        raise OutOfTime(f"GitHub could not be reached in time ({doing}): {answer.words or answer.status}.")

    def _pace(self, is_write: bool) -> None:
        """GitHub asks for a second between writes where there are many of them; a usual run has a handful."""
        if is_write:
            self.writes += 1
            if self.writes > _UNHURRIED_WRITES:
                self._budget.wait(self._pause)

    def _once(self, verb: str, path: str, query: Mapping[str, str] | None, body: Mapping[str, Any] | None) -> Answer:
        from requests import RequestException, Timeout

        requester = self._github.requester
        try:
            status, headers, text = requester.requestJson(verb, path, dict(query or {}), {}, body)
        except Timeout:
            return Answer(0, words="it took too long")
        except (RequestException, OSError):
            return Answer(0, words="the connection failed")
        except RuntimeError:
            # PyGithub's words for a redirect to another host or to itself.
            return Answer(301, words="it redirects elsewhere")
        return answers.read_answer(status, {name.lower(): str(value) for name, value in headers.items()}, text)


def _parts_to_fill(files: Sequence[PullFile]) -> list[int]:
    """The small pages of a page on which a patch is missing."""
    return sorted({n // _SMALL_PAGE for n, file in enumerate(files) if file.patch is None})


def _connect(token: str, api_url: str, timeout_seconds: int) -> Github:
    from github import Auth, Github

    return Github(
        auth=Auth.Token(token),
        base_url=api_url.rstrip("/"),
        timeout=timeout_seconds,
        user_agent="mcp-sentinel",
        retry=None,
        seconds_between_requests=0,
        seconds_between_writes=0,
    )

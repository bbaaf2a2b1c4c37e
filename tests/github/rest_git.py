"""REST: repositories, contents, commits, comparisons and the git database."""

import base64
from typing import Any
from urllib.parse import quote

from tests.github import payloads
from tests.github.gitobjects import Entry, FileDiff
from tests.github.routing import Call, Page, Refusal, Text, refuse, route
from tests.github.state import Repository

REPO = "/repos/{owner}/{repo}"
MAX_CONTENT = 1024 * 1024
MAX_DIRECTORY = 1000
MAX_COMPARED_FILES = 300
TREE_LIMIT = 100_000


@route("GET", "/rate_limit")
def rate_limit(call: Call) -> Any:
    world = call.world
    rate = {
        "limit": world.limit,
        "used": world.limit - world.remaining,
        "remaining": world.remaining,
        "reset": world.reset_at,
    }
    return {"resources": {"core": rate, "search": rate, "graphql": rate}, "rate": rate}


@route("GET", "/user")
def user(call: Call) -> Any:
    """An installation token has no user: the answer that GITHUB_TOKEN gets."""
    if call.token is None:
        refuse(401, "Requires authentication")
    if call.token.is_installation:
        refuse(403, "Resource not accessible by integration")
    zeros = ("followers", "following", "public_gists", "public_repos", "private_gists", "total_private_repos",
             "owned_private_repos", "disk_usage", "collaborators")  # fmt: skip
    blank = dict.fromkeys(("name", "company", "location", "email", "hireable", "bio"))
    dates = {"created_at": "2020-01-01T00:00:00Z", "updated_at": "2020-01-01T00:00:00Z"}
    made = payloads.user(call.urls, call.account) | blank | dict.fromkeys(zeros, 0) | dates
    return made | {"blog": "", "two_factor_authentication": True}


@route("GET", REPO)
def repository(call: Call) -> Any:
    return payloads.full_repository(call.urls, call.repository())


@route("GET", REPO + "/contents/{path}")
def contents(call: Call) -> Any:
    repo = call.repository()
    commit = commit_of(call, repo, call.query.get("ref") or repo.default_branch)
    path = call.parameters["path"].strip("/")
    sha = repo.git.resolve(f"{commit}:{path}")
    if sha is None:
        refuse(404, "Not Found")
    if repo.git.kind(sha) == "tree":
        entries = repo.git.tree(sha)[:MAX_DIRECTORY]
        return [_content(call, repo, commit, entry, f"{path}/{entry.path}".lstrip("/")) for entry in entries]
    parent, _, name = path.rpartition("/")
    entry = next(one for one in repo.git.tree(f"{commit}:{parent}") if one.path == name)
    if "raw" in call.accept and entry.kind == "blob":
        return Text(repo.git.blob(sha), "application/vnd.github.raw+json; charset=utf-8")
    return _content(call, repo, commit, entry, path) | _body(repo, entry, sha)


def _content(call: Call, repo: Repository, commit: str, entry: Entry, path: str) -> dict[str, Any]:
    """Return what a listing says of a file. In a listing GitHub calls a submodule a file."""
    kinds = {"040000": "dir", "120000": "symlink", "160000": "file"}
    url = f"{call.urls.repo(repo)}/contents/{quote(path)}?ref={call.query.get('ref', repo.default_branch)}"
    git_url = f"{call.urls.repo(repo)}/git/{'trees' if entry.kind == 'tree' else 'blobs'}/{entry.sha}"
    html = f"{call.urls.html(repo)}/blob/{commit}/{quote(path)}"
    return {
        "name": entry.path,
        "path": path,
        "sha": entry.sha,
        "size": entry.size or 0,
        "type": kinds.get(entry.mode, "file"),
        "url": url,
        "git_url": git_url,
        "html_url": html,
        "download_url": None if entry.kind == "tree" else f"{html}?raw=1",
        "_links": {"self": url, "git": git_url, "html": html},
    }


def _body(repo: Repository, entry: Entry, sha: str) -> dict[str, Any]:
    """Return what a single answer adds: a link's target, or the text, which over 1 MiB is blank."""
    if entry.kind == "commit":
        return {"type": "submodule", "submodule_git_url": "https://example.com/submodule.git"}
    data = repo.git.blob(sha)
    if entry.mode == "120000":
        return {"target": data.decode(errors="replace")}
    if len(data) > MAX_CONTENT:
        return {"encoding": "none", "content": ""}
    return {"encoding": "base64", "content": payloads.wrapped_base64(data)}


def commit_of(call: Call, repo: Repository, name: str) -> str:
    """Return the commit that a branch, a ref or a SHA names."""
    for candidate in (f"refs/heads/{name}", f"refs/{name.removeprefix('refs/')}", name):
        if sha := repo.git.resolve_commit(candidate):
            return sha
    raise Refusal(404, f"No commit found for the ref {name}")


@route("GET", REPO + "/branches/{branch}")
def branch(call: Call) -> Any:
    repo, name = call.repository(), call.parameters["branch"]
    sha = repo.git.resolve_commit(f"refs/heads/{name}")
    if sha is None:
        refuse(404, "Branch not found")
    url = f"{call.urls.repo(repo)}/branches/{quote(name)}"
    return {
        "name": name,
        "commit": payloads.commit(call.urls, repo, repo.git.commit_facts(sha)),
        "_links": {"self": url, "html": f"{call.urls.html(repo)}/tree/{quote(name)}"},
        "protected": False,
        "protection": {"enabled": False},
        "protection_url": f"{url}/protection",
    }


@route("GET", REPO + "/commits")
def commits(call: Call) -> Any:
    repo = call.repository()
    start = commit_of(call, repo, call.query.get("sha") or repo.default_branch)
    paths = ["--", call.query["path"]] if "path" in call.query else []
    newest_first = repo.git.log(start, *paths)[::-1]
    return Page(newest_first, lambda one: payloads.commit(call.urls, repo, one))


@route("GET", REPO + "/commits/{ref}")
def commit(call: Call) -> Any:
    repo = call.repository()
    sha = repo.git.resolve_commit(call.parameters["ref"])
    if sha is None:
        refuse(422, f"No commit found for SHA: {call.parameters['ref']}")
    made = repo.git.commit_facts(sha)
    files = repo.git.diff(made.parents[0] if made.parents else repo.git.empty_tree(), sha)
    return payloads.commit(call.urls, repo, made) | {"stats": _stats(files), "files": _entries(call, repo, sha, files)}


def _stats(files: tuple[FileDiff, ...]) -> dict[str, int]:
    added, removed = sum(file.additions for file in files), sum(file.deletions for file in files)
    return {"additions": added, "deletions": removed, "total": added + removed}


def _entries(call: Call, repo: Repository, sha: str, files: tuple[FileDiff, ...]) -> list[Any]:
    return [payloads.diff_entry(call.urls, repo, sha, file) for file in files[:MAX_COMPARED_FILES]]


@route("GET", REPO + "/commits/{commit_sha}/pulls")
def pulls_of_commit(call: Call) -> Any:
    """Always empty, as GitHub answers for a commit of a fork: who needs the pull request must look another way."""
    call.repository()
    return Page([], lambda one: one)


@route("GET", REPO + "/compare/{basehead}")
def compare(call: Call) -> Any:
    repo = call.repository()
    base_name, _, head_name = call.parameters["basehead"].partition("...")
    base, head = (commit_of(call, repo, name.rpartition(":")[2]) for name in (base_name, head_name))
    merge_base = repo.git.merge_base(base, head)
    if merge_base is None:
        refuse(404, f"No common ancestor between {base_name} and {head_name}.")
    ahead, behind = repo.git.log(f"{base}..{head}"), repo.git.log(f"{head}..{base}")
    files = repo.git.diff(merge_base, head)
    if "diff" in call.accept:
        return Text(repo.git.diff_text(merge_base, head), "application/vnd.github.diff; charset=utf-8")
    url = f"{call.urls.repo(repo)}/compare/{base_name}...{head_name}"
    html = f"{call.urls.html(repo)}/compare/{base_name}...{head_name}"
    state = "diverged" if ahead and behind else "ahead" if ahead else "behind" if behind else "identical"
    return {
        "url": url,
        "html_url": html,
        "permalink_url": html,
        "diff_url": f"{html}.diff",
        "patch_url": f"{html}.patch",
        "base_commit": payloads.commit(call.urls, repo, repo.git.commit_facts(base)),
        "merge_base_commit": payloads.commit(call.urls, repo, repo.git.commit_facts(merge_base)),
        "status": state,
        "ahead_by": len(ahead),
        "behind_by": len(behind),
        "total_commits": len(ahead),
        "commits": [payloads.commit(call.urls, repo, one) for one in ahead],
        "files": _entries(call, repo, head, files),
    }


@route("GET", REPO + "/git/blobs/{file_sha}")
def blob(call: Call) -> Any:
    repo = call.repository()
    sha = _object(repo, call.parameters["file_sha"], "blob")
    data = repo.git.blob(sha)
    if "raw" in call.accept:
        return Text(data, "application/vnd.github.raw+json; charset=utf-8")
    return payloads.blob(call.urls, repo, sha, data)


@route("GET", REPO + "/git/trees/{tree_sha}")
def tree(call: Call) -> Any:
    """A tree by its SHA, a commit or a branch. Submodules have no url."""
    repo = call.repository()
    sha = repo.git.resolve(f"{call.parameters['tree_sha']}^{{tree}}")
    if sha is None:
        refuse(404, "Not Found")
    entries = repo.git.tree(sha, recursive=call.query.get("recursive", "") != "")
    return {
        "sha": sha,
        "url": f"{call.urls.repo(repo)}/git/trees/{sha}",
        "tree": [_tree_entry(call, repo, entry) for entry in entries[:TREE_LIMIT]],
        "truncated": len(entries) > TREE_LIMIT,
    }


def _tree_entry(call: Call, repo: Repository, entry: Entry) -> dict[str, Any]:
    made: dict[str, Any] = {"path": entry.path, "mode": entry.mode, "type": entry.kind, "sha": entry.sha}
    if entry.size is not None:
        made["size"] = entry.size
    if entry.kind != "commit":
        made["url"] = f"{call.urls.repo(repo)}/git/{entry.kind}s/{entry.sha}"
    return made


@route("GET", REPO + "/git/commits/{commit_sha}")
def git_commit(call: Call) -> Any:
    repo = call.repository()
    sha = _object(repo, call.parameters["commit_sha"], "commit")
    return payloads.git_commit(call.urls, repo, repo.git.commit_facts(sha))


@route("GET", REPO + "/git/ref/{ref}")
def git_ref(call: Call) -> Any:
    repo, name = call.repository(), f"refs/{call.parameters['ref'].removeprefix('refs/')}"
    sha = repo.git.resolve(name)
    if sha is None:
        refuse(404, "Not Found")
    url = f"{call.urls.repo(repo)}/git/{name}"
    made = {"type": "commit", "sha": sha, "url": f"{call.urls.repo(repo)}/git/commits/{sha}"}
    return {"ref": name, "node_id": "REF_" + base64.b64encode(name.encode()).decode(), "url": url, "object": made}


def _object(repo: Repository, sha: str, kind: str) -> str:
    if len(sha) != 40 or repo.git.resolve(f"{sha}^{{{kind}}}") != sha:
        refuse(404, "Not Found")
    return sha

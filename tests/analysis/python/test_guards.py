"""Guards that hold silence a flow; those that only look like guards do not, and are named."""

from __future__ import annotations

import pytest

from tests.analysis.python.workspace import found, told

_HEAD = (
    "import ipaddress, os, re, socket\nfrom pathlib import Path\nfrom urllib.parse import urlparse\n\nimport requests\n"
    "from flask import abort, redirect, request\n\nBASE = Path('/srv')\n"
)

HOLDING = {
    "a request read inside the path that is resolved": """
def f():
    p = (BASE / request.args["p"]).resolve()
    if not p.is_relative_to(BASE):
        raise ValueError
    return p.read_text()
""",
    "a refusal by the framework": """
def f():
    p = (BASE / request.args["p"]).resolve()
    if not p.is_relative_to(BASE):
        abort(403)
    return p.read_text()
""",
    "a refusal by a function that only raises": """
def refuse():
    raise ValueError

def f():
    name = request.args["p"]
    if name not in ("a", "b"):
        refuse()
    os.system(name)
""",
    "an empty text let through": """
def f():
    name = request.args["p"]
    if name and not name.isalnum():
        raise ValueError
    os.system(name)
""",
    "every address of a host looked at": """
def is_fit(url):
    for info in socket.getaddrinfo(urlparse(url).hostname, None):
        if not ipaddress.ip_address(info[4][0]).is_global:
            return False
    return True

def f():
    url = request.args["u"]
    if not is_fit(url):
        return "no"
    return requests.get(url).text
""",
    "the address of a host looked at": """
def f():
    url = request.args["u"]
    if ipaddress.ip_address(socket.gethostbyname(urlparse(url).hostname)).is_private:
        raise ValueError
    return requests.get(url).text
""",
    "a predicate that asks whether a path lies inside": """
def inside(a, b):
    a, b = Path(a).resolve(), Path(b).resolve()
    try:
        a.relative_to(b)
        return True
    except ValueError:
        return False

def f():
    p = request.args["p"]
    is_home, is_known = inside(p, BASE), any(inside(p, root) for root in [BASE])
    if not (is_home or is_known):
        abort(403)
    return open(p).read()
""",
    "a check that answers with what is wrong": """
def wrong(path):
    try:
        Path(path).resolve().relative_to(BASE)
    except Exception as error:
        return str(error)
    return None

def f():
    p = request.args["p"]
    error = wrong(p)
    if error:
        return "no"
    return open(p).read()
""",
    "an address without a host": """
def is_local(url):
    parsed = urlparse(url)
    if parsed.netloc or parsed.scheme:
        return False
    return not url.startswith("//")

def f():
    url = request.args["u"]
    if is_local(url):
        return redirect(url)
    return redirect("/")
""",
    "slashes taken from the beginning": """
def f():
    return redirect("/" + request.args["u"].lstrip("/\\\\"))
""",
    "a quote doubled inside quotes": """
import sqlite3

def f(db: sqlite3.Connection):
    db.execute("attach database '{}'".format(request.args["p"].replace("'", "''")))
""",
}


@pytest.mark.parametrize("text", list(HOLDING.values()), ids=list(HOLDING))
def test_guard_holds(text: str) -> None:
    """Nothing is told of data that a guard has made harmless."""
    assert [] == told(_HEAD + text)


BROKEN = {
    "a prefix without a separator": (
        """
def f():
    p = os.path.abspath(os.path.join("/srv", request.args["p"]))
    if not p.startswith("/srv"):
        raise ValueError
    return open(p).read()
""",
        ["prefix-without-separator"],
    ),
    "a prefix of a path that was not resolved": (
        """
def f():
    p = request.args["p"]
    if not p.startswith("/srv/"):
        raise ValueError
    return open(p).read()
""",
        ["unresolved-prefix"],
    ),
    "one removal of two dots and a slash": (
        """
def f():
    return open("/srv/" + request.args["p"].replace("../", "")).read()
""",
        ["removes-dot-dot"],
    ),
    "a common prefix of letters": (
        """
def f():
    p = os.path.realpath(request.args["p"])
    if os.path.commonprefix(["/srv", p]) != "/srv":
        raise ValueError
    return open(p).read()
""",
        ["prefix-without-separator"],
    ),
    "a pattern open at its end": (
        """
def f():
    name = request.args["p"]
    if not re.match("[a-z]", name):
        raise ValueError
    os.system(name)
""",
        ["unanchored-regex"],
    ),
    "a list of what is not allowed": (
        """
def f():
    line = request.args["p"]
    if any(word in line for word in ("rm", "curl")):
        raise ValueError
    os.system(line)
""",
        ["deny-list"],
    ),
    "a check of something else that answers with what is wrong": (
        """
def wrong(name):
    path = Path(name)
    if not path.exists():
        return f"no such file: {name}"
    return None

def f():
    name = request.args["p"]
    error = wrong(name)
    if error:
        return "no"
    return open(name).read()
""",
        [],
    ),
    "a slash before what may begin with another": (
        """
def f():
    return redirect("/" + request.args["u"])
""",
        [],
    ),
    "a refusal that comes back": (
        """
def refuse():
    print("no")

def f():
    name = request.args["p"]
    if name not in ("a", "b"):
        refuse()
    os.system(name)
""",
        [],
    ),
}


@pytest.mark.parametrize(("text", "guards"), list(BROKEN.values()), ids=list(BROKEN))
def test_guard_does_not_hold(text: str, guards: list[str]) -> None:
    """The flow is told, with the guard that does not protect."""
    (flow,) = found(_HEAD + text)
    assert guards == [guard.name for guard in flow.broken_guards]

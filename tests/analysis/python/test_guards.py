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
    "nothing beside the program's own names": """
def f():
    names = request.args.getlist("n")
    other = set(names) - {"a", "b"}
    if other:
        raise ValueError(other)
    for name in names:
        os.system(f"ls {name}")
""",
    "nothing beside them, at once": """
def f():
    names = request.args.getlist("n")
    if set(names) - ALLOWED:
        raise ValueError
    os.system("ls " + names[0])
""",
    "a subset of the program's own names": """
def f():
    names = request.args.getlist("n")
    if not set(names).issubset(ALLOWED):
        raise ValueError
    os.system("ls " + names[0])
""",
    "a path made plain from the root": """
def f():
    p = os.path.normpath("/" + request.args["p"]).lstrip("/")
    return open(os.path.join("/srv", p))
""",
    "a path made plain from the root without its first slash": """
def f():
    p = os.path.normpath("/" + request.args["p"])
    return open("/srv/" + p[1:])
""",
    "an answer with a word about it": """
def check(x):
    if not x.isalnum():
        return False, "bad"
    return True, ""

def f():
    name = request.args["n"]
    good, word = check(name)
    if not good:
        return word
    os.system("ls " + name)
""",
    "an answer with a field for it": """
def check(x):
    if not x.isalnum():
        return {"valid": False, "word": "bad"}
    return {"valid": True}

def f():
    name = request.args["n"]
    found = check(name)
    if not found["valid"]:
        return found["word"]
    os.system("ls " + name)
""",
    "an object that answers": """
from dataclasses import dataclass

@dataclass
class Answer:
    ok: bool
    word: str = ""

def check(x):
    if not x.isalnum():
        return Answer(False, "bad")
    return Answer(True)

def f():
    name = request.args["n"]
    found = check(name)
    if not found.ok:
        raise ValueError(found.word)
    os.system("ls " + name)
""",
    "an answer compared with no": """
def check(x):
    return x.isalnum()

def f():
    name = request.args["n"]
    if check(name) is False:
        abort(400)
    os.system("ls " + name)
""",
    "each of several": """
def f():
    names = request.args.getlist("n")
    if not all(name.isalnum() for name in names):
        abort(400)
    os.system("ls " + " ".join(names))
""",
    "none that is bad": """
def f():
    names = request.args.getlist("n")
    if any(not name.isalnum() for name in names):
        abort(400)
    os.system("ls " + " ".join(names))
""",
    "no word about it": """
def f():
    name = request.args.get("n")
    word = None
    if not name:
        word = "empty"
    elif not name.isalnum():
        word = "bad"
    if word is None:
        os.system("ls " + name)
    return word
""",
    "an empty text of a call let through": """
def f():
    name = request.args.get("p", "")
    if name and not name.isalnum():
        raise ValueError
    os.system("ls " + name)
""",
    "an empty text let through where it is named": """
def f():
    if (name := request.args.get("p")) and not name.isalnum():
        raise ValueError
    os.system(f"ls {name}")
""",
    "an empty text let through, a bad one replaced": """
def f():
    target = request.args.get("next")
    if target and not is_safe_url(url=target, hosts={"a"}):
        target = resolve_url("home")
    if target:
        return redirect(target)
    return "no"
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
    "addresses of a host that may have none": """
def check(url):
    host = urlparse(url).hostname
    try:
        address = ipaddress.ip_address(host)
        if address.is_private:
            raise ValueError
    except ValueError:
        try:
            for family, kind, number, name, place in socket.getaddrinfo(host, None):
                if ipaddress.ip_address(place[0]).is_private:
                    raise ValueError
        except (socket.gaierror, socket.herror) as error:
            pass

def f():
    url = request.args["u"]
    check(url)
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
    "a check whose answer is put together before": """
def inside(path):
    try:
        path.relative_to(BASE)
        return True
    except ValueError:
        return False

def wrong(path):
    try:
        resolved = Path(path).resolve()
        if not inside(resolved):
            return "outside"
        return None
    except OSError as error:
        message = f"cannot read {path}: {error}"
        return message

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
    "a predicate that is handed the resolved path": """
def inside(path):
    return path.is_relative_to(BASE) or path == BASE

def f():
    p = Path(request.args["p"]).resolve()
    if not inside(p):
        abort(403)
    return p.read_text()
""",
    "a predicate that looks at the folders above": """
def inside(path):
    return BASE in path.parents

def f():
    p = Path(request.args["p"]).resolve()
    if not inside(p):
        return "no"
    return p.read_text()
""",
    "a relative path that does not lead upwards": """
def inside(path):
    return not os.path.relpath(path, BASE).startswith("..")

def f():
    p = os.path.realpath(request.args["p"])
    if not inside(p):
        return "no"
    return open(p).read()
""",
    "a part of a path that is asked for inside a test": """
def inside(a, b):
    a, b = Path(a).resolve(), Path(b).resolve()
    try:
        if str(a.relative_to(b)).startswith(".."):
            return False
    except ValueError:
        return False
    return True

def f():
    p = Path(request.args["p"]).resolve()
    if not inside(p, BASE):
        abort(403)
    return p.read_text()
""",
    "a call that is written again behind its test": """
def f():
    if request.args.get("p") not in ("a", "b"):
        abort(403)
    return open(request.args.get("p")).read()
""",
    "a name escaped by a function that is not at hand": """
import sqlite3
from names import escape_name

def f(db: sqlite3.Connection, held):
    db.execute("drop table {}".format(escape_name(held.name)))
""",
    "what was written to a file whose name is used": """
import subprocess, tempfile

def f():
    with tempfile.NamedTemporaryFile(delete=False) as held:
        held.write(request.args["p"])
        path = held.name
    os.unlink(path)
    return subprocess.run(["cat", path])
""",
    "a check that a setting switches on": """
from django.conf import settings

def f():
    url = request.args["u"]
    if settings.ONLY_KNOWN and url not in ("https://a", "https://b"):
        return "no"
    return requests.get(url).text
""",
    "a check that a setting switches off": """
def f():
    url = request.args["u"]
    is_open = os.environ.get("OPEN") == "1"
    if url in ("https://a", "https://b") or is_open:
        return requests.get(url).text
""",
    "a check that a setting held under a name switches on": """
from conf import Config

def f():
    url = request.args["u"]
    is_shared = Config().get("shared", False)
    if is_shared and url not in ("https://a", "https://b"):
        return "no"
    return requests.get(url).text
""",
    "a check inside what a setting switches on": """
class Fetcher:
    def __init__(self, block_private):
        self.block_private = block_private

    def f(self):
        url = request.args["u"]
        if self.block_private:
            if url not in ("https://a", "https://b"):
                raise ValueError
        return requests.get(url).text
""",
    "a field that ends with a separator": """
class Files:
    def __init__(self, root):
        self.root = os.path.realpath(root)
        self.below = self.root + "/"

    def f(self):
        path = os.path.realpath(os.path.join(self.root, request.args["p"]))
        if not path.startswith(self.below):
            raise ValueError
        return open(path).read()
""",
    "a flag set where one of several folders holds the path": """
def f():
    p = Path(request.args["p"]).resolve()
    is_inside = False
    for folder in ("/srv", "/opt"):
        try:
            p.relative_to(folder)
            is_inside = True
            break
        except ValueError:
            continue
    if not is_inside:
        raise ValueError
    return p.read_text()
""",
    "a flag asked for the other way": """
def f():
    p = Path(request.args["p"]).resolve()
    is_outside = True
    if p.is_relative_to(BASE):
        is_outside = False
    if is_outside:
        raise ValueError
    return p.read_text()
""",
    "parts of a path without those that lead upwards": """
def f():
    parts = [part for part in request.args["p"].split("/") if part not in ("", ".", "..")]
    return open(os.path.join("/srv", "/".join(parts))).read()
""",
    "parts of a path gathered one by one": """
def f():
    parts = []
    for part in request.args["p"].split("/"):
        if part in ("", ".", ".."):
            continue
        parts.append(part)
    return open(os.path.join("/srv", *parts)).read()
""",
    "a refusal of any part that leads upwards": """
def f():
    p = request.args["p"]
    if any(part == ".." for part in p.split("/")):
        abort(400)
    return open(os.path.join("/srv", p)).read()
""",
    "a refusal of the part that leads upwards": """
def f():
    p = request.args["p"]
    if ".." in p.split("/"):
        abort(400)
    return open(os.path.join("/srv", p)).read()
""",
    "an address put together for one host": """
from urllib.parse import urlunparse

def f():
    asked = urlparse(request.args["u"])
    return requests.get(urlunparse(("https", "api.example", asked.path, "", asked.query, ""))).text
""",
    "an address given another host": """
def f():
    asked = urlparse(request.args["u"])._replace(scheme="https", netloc="api.example")
    return requests.get(asked.geturl()).text
""",
    "an address taken apart and put together again": """
def f():
    return requests.get(urlparse("https://api.example/" + request.args["u"]).geturl()).text
""",
    "single quotes that are doubled between single quotes": """
def f():
    text = request.args["p"].replace("'", "''")
    os.system(f"powershell -Command \\"echo '{text}'\\"")
""",
    "slashes that a table replaces": """
def f():
    table = str.maketrans({"/": "_", "\\\\": "_"})
    return open("/srv/" + request.args["p"].translate(table)).read()
""",
    "slashes that a table takes away": """
def f():
    return open("/srv/" + request.args["p"].translate(str.maketrans("", "", "/\\\\"))).read()
""",
    "an assertion": """
def f():
    p = (BASE / request.args["p"]).resolve()
    assert p.is_relative_to(BASE)
    return p.read_text()
""",
    "a relative path that does not begin with the parent": """
def f():
    p = os.path.relpath(os.path.realpath(os.path.join("/srv", request.args["p"])), "/srv")
    if p.startswith(os.pardir):
        raise ValueError
    return open(os.path.join("/srv", p)).read()
""",
    "every address that a loop of events looked up": """
import asyncio

async def is_fit(url):
    found = await asyncio.get_running_loop().getaddrinfo(urlparse(url).hostname, None)
    return all(ipaddress.ip_address(one[4][0]).is_global for one in found)

async def f():
    url = request.args["u"]
    if not await is_fit(url):
        raise ValueError
    return requests.get(url).text
""",
    "an address joined behind a folder": """
from urllib.parse import urljoin

def f():
    return requests.get(urljoin(os.environ["API"], "/items/" + request.args["u"])).text
""",
    "a beginning that leads nowhere": """
def f():
    url = request.args["u"]
    if url.startswith("data:"):
        return requests.get(url).text
    return "no"
""",
    "an own check of what is asked for again": """
from checks import is_safe_url

def f():
    if is_safe_url(request.get_full_path()):
        return redirect(request.get_full_path())
    return "no"
""",
    "what the program signed": """
from django.core.signing import Signer

def f():
    return redirect(Signer().unsign(request.args["u"]))
""",
    "the same as what was cleaned": """
from werkzeug.utils import secure_filename

def f():
    name = request.args["p"]
    clean = secure_filename(name)
    if clean != name:
        raise ValueError
    return open(os.path.join("/srv", name)).read()
""",
    "what leads upwards taken off a plain path": """
def f():
    name = os.path.normpath(request.args["p"]).lstrip(os.pardir + os.sep)
    return open(os.path.join("/srv", name)).read()
""",
    "a name that promises a refusal": """
from checks import sanitize_path

def f():
    sanitize_path(request.args["p"])
    return open(request.args["p"]).read()
""",
    "every spelling of an address looked at": """
def fits(url):
    url = url.strip()
    for spelled in (url, url.replace("\\\\", "/")):
        if urlparse(spelled).netloc:
            return False
    return True

def f():
    to = request.args["next"]
    return redirect(to if fits(to) else "/")
""",
    "quotes for a shell, made by hand": """
def f():
    pattern = request.args["p"].replace("'", "'\\\\''")
    os.system(f"pkill -f -- '{pattern}'")
""",
    "one of several patterns that say the host": """
FIT = (r"^https?://docs\\.example\\.com/", r"^https://other\\.example\\.com/a/")

def fits(url, patterns):
    return any(re.match(pattern, url) for pattern in patterns)

def f():
    url = request.args["u"]
    if not fits(url, FIT):
        return "no"
    return requests.get(url).text
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
    "a look at whose home is meant": (
        """
def f():
    path = os.path.expanduser(request.args["p"])
    if path.startswith("~"):
        path = "/root" + path[1:]
    return open(path)
""",
        [],
    ),
    "the other part of an answer": (
        """
def check(x):
    if not x.isalnum():
        return False, "bad"
    return True, "good"

def f():
    name = request.args["n"]
    good, word = check(name)
    if not word:
        return word
    os.system("ls " + name)
""",
        [],
    ),
    "an answer compared with yes": (
        """
def check(x):
    return x.isalnum()

def f():
    name = request.args["n"]
    if check(name) is True:
        abort(400)
    os.system("ls " + name)
""",
        [],
    ),
    "one of several": (
        """
def f():
    names = request.args.getlist("n")
    if not any(name.isalnum() for name in names):
        abort(400)
    os.system("ls " + " ".join(names))
""",
        [],
    ),
    "a word about it": (
        """
def f():
    name = request.args.get("n")
    word = None
    if not name.isalnum():
        word = "bad"
    if word is not None:
        os.system("ls " + name)
    return word
""",
        [],
    ),
    "a check of what is empty": (
        """
def f():
    name = request.args.get("p", "")
    if not name and not name.isalnum():
        raise ValueError
    os.system("ls " + name)
""",
        [],
    ),
    "something beside the program's own names": (
        """
def f():
    names = request.args.getlist("n")
    if not set(names) - {"a", "b"}:
        raise ValueError
    os.system("ls " + names[0])
""",
        [],
    ),
    "what the program has beside the names": (
        """
def f():
    names = request.args.getlist("n")
    if ALLOWED - set(names):
        raise ValueError
    os.system("ls " + names[0])
""",
        [],
    ),
    "a superset of the program's own names": (
        """
def f():
    names = request.args.getlist("n")
    if not ALLOWED.issubset(names):
        raise ValueError
    os.system("ls " + names[0])
""",
        [],
    ),
    "a path made plain from where it begins": (
        """
def f():
    p = os.path.normpath(request.args["p"]).lstrip("/")
    return open(os.path.join("/srv", p))
""",
        [],
    ),
    "the same as other data": (
        """
def f():
    name = request.args["p"]
    if request.args["q"] != name:
        raise ValueError
    return open(os.path.join("/srv", name)).read()
""",
        [],
    ),
    "other than what was cleaned": (
        """
from werkzeug.utils import secure_filename

def f():
    name = request.args["p"]
    clean = secure_filename(name)
    if clean == name:
        raise ValueError
    return open(os.path.join("/srv", name)).read()
""",
        [],
    ),
    "a check that the client switches on": (
        """
def f():
    url = request.args["u"]
    if request.args["config"] and url not in ("https://a", "https://b"):
        return "no"
    return requests.get(url).text
""",
        [],
    ),
    "a setting that only changes the data": (
        """
from django.conf import settings

def f():
    command = request.args["c"]
    if settings.DEBUG:
        command = "ls"
    os.system(command)
""",
        [],
    ),
    "a check of a list that may be empty": (
        """
def fits(url, spellings):
    for spelled in spellings:
        if urlparse(url).netloc:
            return False
    return True

def f(spellings):
    to = request.args["next"]
    return redirect(to if fits(to, spellings) else "/")
""",
        [],
    ),
    "what leads upwards taken off a path as it came": (
        """
def f():
    name = request.args["p"].lstrip(os.pardir + os.sep)
    return open(os.path.join("/srv", name)).read()
""",
        [],
    ),
    "a pattern whose host goes on": (
        """
def f():
    url = request.args["u"]
    if not any(re.match(pattern, url) for pattern in (r"^https://a\\.example\\.com/", r"^https://b\\.example\\.com")):
        return "no"
    return requests.get(url).text
""",
        ["unanchored-regex"],
    ),
    "a pattern whose host has any letter for its dots": (
        """
def f():
    url = request.args["u"]
    if not re.match(r"^https://a.example.com/", url):
        return "no"
    return requests.get(url).text
""",
        ["unanchored-regex"],
    ),
    "a pattern of a host that is searched for anywhere": (
        """
def f():
    url = request.args["u"]
    if not re.search(r"https://a\\.example\\.com/", url):
        return "no"
    return requests.get(url).text
""",
        ["unanchored-regex"],
    ),
    "a predicate that is handed a path nobody resolved": (
        """
def inside(path):
    return path.is_relative_to(BASE)

def f():
    p = BASE / request.args["p"]
    if not inside(p):
        abort(403)
    return p.read_text()
""",
        ["unresolved-prefix"],
    ),
    "the folders above a path nobody resolved": (
        """
def f():
    p = BASE / request.args["p"]
    if BASE not in p.parents:
        abort(403)
    return p.read_text()
""",
        ["unresolved-prefix"],
    ),
    "a part of a path nobody resolved": (
        """
def f():
    p = BASE / request.args["p"]
    p.relative_to(BASE)
    return p.read_text()
""",
        ["unresolved-prefix"],
    ),
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
    "a word at the beginning that is no path": (
        """
def f():
    p = request.args["p"]
    if not p.startswith("start"):
        raise ValueError
    return open(p.removeprefix("start")).read()
""",
        [],
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


def test_call_again_after_change() -> None:
    """What a test told of a call is forgotten when the name it was called with is bound anew."""
    text = """
def f():
    name = "p"
    if request.args.get(name) not in ("a", "b"):
        abort(403)
    name = "q"
    return open(request.args.get(name)).read()
"""
    assert [("http-request", "path-read", 15)] == told(_HEAD + text)


def _chain(length: int, last: str) -> str:
    """A request handed through so many functions to the last one."""
    calls = "".join(f"def step_{n}(x):\n    return step_{n + 1}(x)\n\n" for n in range(length))
    return f"def f():\n    return step_0(request.args['p'])\n\n{calls}def step_{length}(x):\n{last}"


_CHECKS = "def check_name(name):\n    if not re.fullmatch('[a-z]+', name):\n        raise ValueError\n\n"


@pytest.mark.parametrize("depth", [1, 4, 5])
def test_check_below_many_calls(depth: int) -> None:
    """A small function that refuses bad data guards its argument however many calls it stands in, as far as calls are followed."""
    guarded = _CHECKS + _chain(depth, "    check_name(x)\n    os.system(x)\n")
    unguarded = _chain(depth, "    os.system(x)\n")
    assert ([], ["shell"]) == ([kind for _, kind, _ in told(_HEAD + guarded)], [kind for _, kind, _ in told(_HEAD + unguarded)])


_TOOL = (
    "import ipaddress, os, socket\nimport requests\nfrom pathlib import Path\nfrom urllib.parse import urlparse\n"
    "from fastmcp import FastMCP\nmcp = FastMCP('x')\n"
)
LEFT_OPEN_BY_THE_OPERATOR = {
    "addresses in networks": """
PRIVATE = [ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_network("127.0.0.0/8")]

def check(url):
    address = ipaddress.ip_address(socket.getaddrinfo(urlparse(url).hostname, None)[0][4][0])
    if any(address in network for network in PRIVATE):
        raise ValueError

@mcp.tool()
def t(url: str):
    check(url)
    return requests.get(url).text
""",
    "addresses that another function looked up": """
def blocked(address):
    return address.is_private or address.is_loopback

def looked_up(host):
    found = []
    for info in socket.getaddrinfo(host, None):
        found.append(ipaddress.ip_address(info[4][0]))
    return found

def check(url):
    for address in looked_up(urlparse(url).hostname):
        if blocked(address):
            raise ValueError

def fetch(url, allow_internal):
    if not allow_internal:
        check(url)
    return requests.get(url).text

@mcp.tool()
def t(url: str):
    return fetch(url, OPTIONS)
""",
    "a list that may let everything through": """
def make(sources):
    origins = {f"{urlparse(source).scheme}://{urlparse(source).netloc}/" for source in sources}

    @mcp.tool()
    def t(url: str):
        if "*" not in origins and not any(url.startswith(origin) for origin in origins):
            return "no"
        return requests.get(url).text
""",
    "a list that who runs the program fills": """
def make(sources, more):
    origins = {f"{urlparse(source).scheme}://{urlparse(source).netloc}/" for source in sources}
    if "*" in more:
        origins = {"*"}
    else:
        origins.update(more)

    @mcp.tool()
    def t(url: str):
        if "*" not in origins and not any(url.startswith(origin) for origin in origins):
            return "no"
        return requests.get(url).text
""",
    "a list of the environment": """
ORIGINS = os.environ["ORIGINS"].split(",")

@mcp.tool()
def t(url: str):
    if not any(url.startswith(origin) for origin in ORIGINS):
        return "no"
    return requests.get(url).text
""",
    "a setting and a flag at the head of a check": """
import config

class Files:
    @staticmethod
    def check(folder, path, skip=False):
        if not config.SERVER_MODE or skip:
            return
        made = os.path.realpath("{}/{}".format(folder, path))
        try:
            Path(made).relative_to(os.path.realpath(folder))
        except ValueError:
            raise PermissionError

@mcp.tool()
def t(name: str):
    Files.check(home(), "{}{}".format(name, ".txt"))
    return open("{0}{1}".format(home(), name)).read()
""",
    "a list of hosts that may be empty": """
import config

def is_fit(url):
    known = getattr(config, "HOSTS", [])
    if not known:
        return True
    asked = urlparse(url)
    for one in known:
        other = urlparse(one)
        if other.scheme == asked.scheme and other.hostname == asked.hostname:
            return True
    return False

@mcp.tool()
def t(url: str):
    if not is_fit(url):
        raise ValueError
    return requests.get(f"{url}/models").text
""",
    "a way out by the environment": """
def opened():
    return os.getenv("UNSAFE", "") == "1"

def inside(path, base=None):
    if opened():
        return os.path.realpath(path)
    base = os.path.realpath(base or os.getcwd())
    made = os.path.realpath(os.path.join(base, path))
    prefix = base if base.endswith(os.sep) else base + os.sep
    if not made.startswith(prefix) and made != base:
        raise ValueError
    return made

@mcp.tool()
def t(name: str):
    return open(inside(name)).read()
""",
    "names that the database lists": """
@mcp.tool()
def t(cursor, names: list[str]):
    known = {row[0] for row in cursor.fetchall()}
    for name in names or list(known):
        if name not in known:
            raise ValueError
        cursor.execute(f"show columns from {name}")
""",
}


@pytest.mark.parametrize("text", LEFT_OPEN_BY_THE_OPERATOR.values(), ids=LEFT_OPEN_BY_THE_OPERATOR)
def test_guard_that_the_operator_may_open(text: str) -> None:
    """A guard holds for callers although who runs the program may switch it off."""
    assert [] == [flow for flow in told(_TOOL + text) if flow[0] != "parameter"]


LEFT_OPEN_BY_THE_CALLER = {
    "a flag among the arguments": """
@mcp.tool()
def t(url: str, allow_internal: bool):
    if not allow_internal:
        if url not in ("https://a", "https://b"):
            return "no"
    return requests.get(url).text
""",
    "a test of other data": """
@mcp.tool()
def t(url: str, other: str):
    is_allowed = other.startswith("a")
    if is_allowed and url not in ("https://a", "https://b"):
        return "no"
    return requests.get(url).text
""",
    "a way out beside which nothing is checked": """
def pick(path):
    if os.getenv("RAW"):
        return path
    return "none"

@mcp.tool()
def t(name: str):
    return open(pick(name)).read()
""",
    "parts that are no parts of a path": """
@mcp.tool()
def t(name: str):
    if ".." in name.split(","):
        raise ValueError
    return open(os.path.join("/srv", name)).read()
""",
    "parts of a path of which one that leads upwards is left": """
@mcp.tool()
def t(name: str):
    parts = [part for part in name.split("/") if part not in ("", ".")]
    return open(os.path.join("/srv", "/".join(parts))).read()
""",
    "an address whose scheme alone is another": """
@mcp.tool()
def t(url: str):
    return requests.get(urlparse(url)._replace(scheme="https").geturl()).text
""",
    "other characters that a table replaces": """
@mcp.tool()
def t(name: str):
    return open("/srv/" + name.translate(str.maketrans({" ": "_"}))).read()
""",
    "slashes that a table puts in": """
@mcp.tool()
def t(name: str):
    return open("/srv/" + name.translate(str.maketrans("ab/", "./x"))).read()
""",
    "a flag that is set for another reason too": """
@mcp.tool()
def t(name: str, force: bool):
    path = Path(name).resolve()
    is_inside = False
    if path.is_relative_to("/srv"):
        is_inside = True
    if force:
        is_inside = True
    if not is_inside:
        raise ValueError
    return path.read_text()
""",
    "a flag that nobody obeys": """
@mcp.tool()
def t(name: str):
    path = Path(name).resolve()
    is_inside = False
    if path.is_relative_to("/srv"):
        is_inside = True
    if not is_inside:
        print("outside")
    return path.read_text()
""",
    "a check that only some ways lead through": """
def check(name):
    if name in ("a", "b"):
        return
    print("unknown")

@mcp.tool()
def t(name: str):
    check(name)
    return open(name).read()
""",
    "a list that the caller fills": """
@mcp.tool()
def t(url: str, origins: list[str]):
    if not any(url.startswith(origin) for origin in origins):
        return "no"
    return requests.get(url).text
""",
    "an origin without its end": """
def make(sources):
    origins = {f"{urlparse(source).scheme}://{urlparse(source).netloc}" for source in sources}

    @mcp.tool()
    def t(url: str):
        if not any(url.startswith(origin) for origin in origins):
            return "no"
        return requests.get(url).text
""",
}


@pytest.mark.parametrize("text", LEFT_OPEN_BY_THE_CALLER.values(), ids=LEFT_OPEN_BY_THE_CALLER)
def test_guard_that_the_caller_may_open(text: str) -> None:
    """What a caller can switch off, or what holds for one way only, is no guard."""
    assert [flow for flow in told(_TOOL + text) if flow[0] == "tool-argument"]

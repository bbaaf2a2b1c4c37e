"""Cookie without its protections.

## Why it matters
Without `Secure` a cookie travels over plain HTTP, without `HttpOnly` every script of the page reads it, without `SameSite`
other sites make requests with it. For a session cookie that means the session.

## What to do
1. Set all three: `response.set_cookie(name, value, secure=True, httponly=True, samesite="Lax")`.
2. Set them for the framework's own cookies too: `SESSION_COOKIE_SECURE = True`, `cookie: { secure: true, httpOnly: true }`.
3. Give session cookies a name with the prefix `__Host-`.

## Known limits
Flags that come from configuration are not seen; what a cookie carries is read from its name. In Go, Java, C# and PHP a missing
flag counts for a cookie with such a name only, and `SameSite` is asked for in Python alone, where no framework is imported that
sets it by itself (Starlette, FastAPI, Litestar), and is a note where it alone is missing, because most browsers then take it for
`Lax`; a flag that another function sets is not seen.

## References
- https://owasp.org/www-community/controls/SecureCookieAttribute
- https://cwe.mitre.org/data/definitions/614.html

"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from sentinel.detectors.code_injection._calls import around, call_around, condition_around, function_around, is_code, short_span
from sentinel.detectors.code_injection._examples import python
from sentinel.model.document import Document, Language
from sentinel.model.expression import expression
from sentinel.model.rule import Confidence, Example, Hit, Item, Match, Pattern, Severity, rule

_WORTH = expression(r"(?i)(sess|auth|token|jwt|login|user|account|remember|secret|csrf|sid\b|cookie)")
_OF_TASTE = expression(r"(?i)lang(?:uage)?(?![a-z])|locale|theme|time_?zone|consent|side_?bar|dark_?mode|colou?r|currency|banner")
"""Cookies that hold what a visitor likes."""
_AT_HOME = expression(
    rb"(?i)localhost|127\.0\.0\.1|(?<!not )\b(?:debug|development|is_dev|dev_mode|testing)\b|"
    rb"['\"](?:dev(?:elopment)?|local|test(?:ing)?)['\"]"
)
"""A condition that holds on the machine of who develops only."""


@rule(
    "code-injection/insecure-cookie",
    on=Item.DOCUMENT,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    cwe=614,
    cvss="CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:U/C:L/I:N/A:N",
    owasp=("MCP01:2025", "MCP07:2025"),
    languages=(
        Language.PYTHON, Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX, Language.GO, Language.JAVA, Language.CSHARP,
        Language.RUBY, Language.PHP,
    ),
    patterns=(
        Pattern(rb"\.set_cookie\("),
        Pattern(rb"\b(?:(?:SESSION|REMEMBER)_COOKIE_(?:SECURE|HTTPONLY)|CSRF_COOKIE_SECURE)\b['\"\]]{0,2}\s{0,4}=\s{0,4}False\b"),
        Pattern(rb"\bcookie\s{0,4}:\s{0,4}\{[^{}]{0,200}\b(?:secure|httpOnly)\s{0,4}:\s{0,4}false\b"),
        Pattern(rb"\b(?:res|response|reply|cookies\(\))\.(?:cookie|setCookie)\("),
        Pattern(rb"\b(?:http\.Cookie|sessions\.Options)\{"),
        Pattern(rb"\bnew (?:(?:javax|jakarta)\.servlet\.http\.)?(?:Http)?Cookie\("),
        Pattern(rb"\bsetcookie\("),
        Pattern(rb"\bnew CookieOptions\b"),
        Pattern(rb"\.SetCookie\(\s{0,40}\"(?P<name>[^\"\n]{1,60})\"\s{0,4},[^()\n]{0,200},\s{0,40}(?:false\s{0,4},\s{0,"
                rb"4}(?:true|false)|true\s{0,4},"
                rb"\s{0,4}false)\s{0,4}\)"),
        Pattern(rb"\bCookieSecurePolicy\.None\b|\bCookie\.HttpOnly\s{0,4}=\s{0,4}false\b"),
        Pattern(rb"\bsession_store\b[^\n]{0,200}\b(?:secure|http_?only)\s{0,4}(?:=>|:)\s{0,4}false\b"),
        Pattern(rb"\bcookies(?:\.[a-z]{1,12}){0,2}\[[^\]\n]{1,60}\]\s{0,4}=\s{0,4}\{[^{}]{0,300}\b(?:secure|httponly)\s{0,"
                rb"4}(?:=>|:)\s{0,4}false\b"),
        Pattern(rb"['\"]http_?only['\"]\s{0,4}=>\s{0,4}false\b", ignore_case=True),
        Pattern(rb"\bini_set\(\s{0,40}['\"]session\.cookie_(?:secure|httponly)['\"]\s{0,4},\s{0,40}['\"]?(?:0|false|off)\b",
                ignore_case=True),
        Pattern(rb"\bset(?:Secure|HttpOnly)\(\s{0,40}false\s{0,4}\)"),
    ),
    bad=(
        python("def view(response):\n    response.set_cookie('session', token)\n", (2,)),
        python("def view(response):\n    response.set_cookie('session', token, secure=True)\n", (2,)),
        python("def view(response):\n    response.set_cookie('auth', token, httponly=True, samesite='Lax')\n", (2,)),
        python("from fastapi import Response\n\ndef view(response: Response):\n"
               "    response.set_cookie('session', token, secure=True)\n", (4,)),
        python("from flask import make_response\n\ndef view(response):\n"
               "    response.set_cookie('session', token, secure=True, httponly=True)\n", (4,)),
        Example("SESSION_COOKIE_SECURE = False\n", (1,), "settings.py"),
        Example("app.use(session({ secret, cookie: { secure: false } }));\n", (1,), "a.ts"),
        Example("res.cookie('token', token, { httpOnly: false });\n", (1,), "a.js"),
        Example(
            'package a\n\nfunc f(w http.ResponseWriter) {\n\thttp.SetCookie(w, &http.Cookie{Name: "session", Value: v, '
            'HttpOnly: true})\n}\n',
            (4,), "a.go",
        ),
        Example(
            "package a\n\nfunc f(s *sessions.Session) {\n\ts.Options = &sessions.Options{Path: \"/\", HttpOnly: false}\n}\n", (4,),
                "a.go"
        ),
        Example(
            "import javax.servlet.http.*;\n\nclass A { void f(HttpServletResponse r) {\n"
            '  Cookie c = new Cookie("sessionToken", t);\n  c.setHttpOnly(true);\n  r.addCookie(c);\n} }\n', (4,), "A.java",
        ),
        Example(
            'class A { void F() { Response.Cookies.Append("auth", t, new CookieOptions { HttpOnly = true, Secure = false }); } }\n',
            (1,), "A.cs",
        ),
        Example("Rails.application.config.session_store :cookie_store, key: '_app', secure: false\n", (1,), "a.rb"),
        Example("<?php\nsetcookie('session_token', $token, time() + 3600, '/');\n", (2,), "a.php"),
        Example("<?php\nini_set('session.cookie_httponly', 0);\n", (2,), "a.php"),
    ),
    good=(
        Example('def answer(response, token):\n    response.set_cookie(key="csrf_token", value=token, httponly=False, '
                'secure=True, samesite="strict")\n', path="a.py"),
        Example('public class A : Controller {\n  public void Go() { Response.Cookies.Append("TestCookie", "1", new '
                'CookieOptions { Secure = Request.IsHttps }); }\n}\n', path="A.cs"),
        python("def view(response):\n    response.set_cookie('session', token, secure=True, httponly=True, samesite='Lax')\n"),
        python("from fastapi import Response\n\ndef view(response: Response):\n"
               "    response.set_cookie('session', token, secure=True, httponly=True)\n"),
        python("import starlette.responses\n\ndef view(response):\n"
               "    response.set_cookie('session', token, secure=True, httponly=True)\n"),
        python("def view(response):\n    response.set_cookie('theme', 'dark')\n"),
        python("def view(response):\n    response.set_cookie('session', token, **FLAGS)\n"),
        Example("SESSION_COOKIE_SECURE = True\n", path="settings.py"),
        python("def view(response):\n    response.delete_cookie('session')\n"),
        python("def view(response):\n    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, locale, max_age=9)\n"),
        Example("CSRF_COOKIE_HTTPONLY = False\n", path="settings.py"),
        Example("res.cookie('auth_status', 'success', { httpOnly: false });\n", path="a.js"),
        python("def view(response):\n    response.set_cookie('session', token, secure=SECURE, httponly=True, samesite='Lax')\n"),
        Example("app.use(session({ secret, cookie: { secure: true } }));\n", path="a.ts"),
        Example("res.cookie('token', token, { httpOnly: true, secure: true, sameSite: 'lax' });\n", path="a.js"),
        python("# response.set_cookie('session', token)\n"),
        Example("res.cookie('theme', 'dark');\n", path="a.js"),
        Example(
            'package a\n\nfunc f(w http.ResponseWriter) {\n'
            '\thttp.SetCookie(w, &http.Cookie{Name: "session", Value: v, HttpOnly: true, Secure: true})\n}\n', path="a.go",
        ),
        Example("package a\n\nvar kept = &http.Cookie{}\n", path="a.go"),
        Example('package a\n\nfunc f(r *http.Request) {\n\tr.AddCookie(&http.Cookie{Name: "session", Value: v})\n}\n', path="a.go"),
        Example(
            'package a\n\nfunc f(w http.ResponseWriter) {\n'
            '\thttp.SetCookie(w, &http.Cookie{Name: "session", Value: "", MaxAge: -1})\n}\n', path="a.go",
        ),
        Example(
            "import javax.servlet.http.*;\n\nclass A { void f(HttpServletResponse r) {\n"
            '  Cookie c = new Cookie("sessionToken", t);\n  c.setHttpOnly(true);\n  c.setSecure(true);\n  r.addCookie(c);\n} }\n',
            path="A.java",
        ),
        Example(
            "import javax.servlet.http.*;\n\nclass A { void f(HttpServletResponse r) {\n"
            '  Cookie c = new Cookie("sessionToken", "");\n  c.setMaxAge(0);\n  r.addCookie(c);\n} }\n', path="A.java",
        ),
        Example('class A { void F() { Response.Cookies.Append("theme", t, new CookieOptions()); } }\n', path="A.cs"),
        Example("Rails.application.config.session_store :cookie_store, key: '_app', secure: true\n", path="a.rb"),
        Example("<?php\nsetcookie('session', $token, time() + 3600, '/', '', true, true);\n", path="a.php"),
        Example("<?php\nsetcookie('session', '', time() - 3600);\n", path="a.php"),
        Example("<?php\nsetcookie('session', $token, ['secure' => true, 'httponly' => true]);\n", path="a.php"),
        python("class Jar:\n    def set_cookie(self, name):\n        self.names.append(name)\n"),
    ),
)  # fmt: skip
def check(document: Document, hit: Hit) -> Iterator[Match]:
    """A cookie that is set with a flag off, or without one where it matters."""
    if document.language in _READERS or hit.pattern > _LAST_OF_SCRIPTS:
        yield from _of_others(document, hit)
        return
    if hit.pattern in (1, 2):
        if document.first(_OF_PAGES) or not is_code(document, hit.start):
            return
        if not _AT_HOME.search(condition_around(document, hit.start)):
            yield Match(document.span(hit.start, hit.end), "A protection of the session cookie is switched off.")
        return
    call = call_around(document, hit.end - 1)
    if call is None or "**" in "".join(call.positional) or len(call.positional) + len(call.keywords) < 2:
        return
    flags = {name.lower(): value for name, value in call.keywords.items()}
    name = call.positional[0] if call.positional else flags.get("key", flags.get("name", ""))
    off = [flag for flag in ("secure", "httponly") if flags.get(flag, "").lower() == "false"]
    asked = ("secure", "httponly") if document.first(_LAX_BY_ITSELF) else ("secure", "httponly", "samesite")
    missing = [flag for flag in asked if flag not in flags]
    if _READ_BY_PAGES.search(name):
        off, missing = [flag for flag in off if flag != "httponly"], [flag for flag in missing if flag != "httponly"]
    if hit.pattern == _LAST_OF_SCRIPTS and not off:
        return
    if len(call.positional) > 1 and _FLAG.fullmatch(call.positional[1]):
        return  # what everybody is told
    if off or (missing and _is_worth(name)):
        words = "switched off" if off else "missing"
        shown = ", ".join(off or missing)
        match = Match(short_span(document, call.start, call.end), f"A cookie is set with {shown} {words}.")
        is_small = not off and missing == ["samesite"]
        yield (
            replace(match, confidence=Confidence.LOW, context="most browsers take what is missing for `Lax`") if is_small else match
        )


_OF_PAGES = expression(rb"\$\.(?:fn|ui|widget)\b|\bjQuery\.(?:fn|ui|widget)\b")
"""A library for pages, which has no session to lose."""
_LAX_BY_ITSELF = expression(rb"(?m)^[ \t]{0,40}(?:from|import)[ \t]{1,8}(?:fastapi|starlette|litestar)\b")
"""Frameworks whose `set_cookie` has `samesite="lax"` where nothing is said."""
_READ_BY_PAGES = expression(r"(?i)csrf|xsrf")
"""A cookie whose value the page sends back in a header (double submit)."""
_FLAG = expression(r"""(?i)(?P<quote>["']?)(?:true|false|yes|no|on|off|ok|success|failed|error|done|seen|\d{1,4}|)(?P=quote)""")
"""A constant that says yes or no."""


def _is_worth(name: str) -> bool:
    """Whether a cookie holds what is worth stealing, by its name."""
    return _WORTH.search(name) is not None and _OF_TASTE.search(name) is None


def _of_others(document: Document, hit: Hit) -> Iterator[Match]:
    """The languages whose cookies are objects that are filled before they are sent."""
    reader = _READERS.get(document.language)
    if reader is None or hit.pattern <= _LAST_OF_SCRIPTS or not is_code(document, hit.start):
        return
    found = reader(document, hit)
    if found:
        yield Match(document.span(hit.start, hit.end), f"A cookie is set with {found}.")


def _flags(text: bytes, on: bytes = rb"\s*[:=(]+\s*") -> tuple[list[str], list[str]]:
    """Of `Secure` and `HttpOnly`, those that a text switches off, and those that it does not name."""
    off, missing = [], []
    for flag in (b"Secure", b"HttpOnly"):
        found = re.search(rb"(?i)\b(?:set)?" + flag + on + rb"(\w+)", text)
        if found is None:
            missing.append(flag.decode().lower())
        elif found.group(1) == b"false":
            off.append(flag.decode().lower())
    return off, missing


def _told(off: list[str], missing: list[str], worth: bool) -> str:
    if off:
        return ", ".join(off) + " switched off"
    return ", ".join(missing) + " missing" if missing and worth else ""


_NOTHING_YET = expression(rb"\{\s*\}\s*$")
"""A cookie of Go that nothing is said of, as one is that stands for none."""


def _in_go(document: Document, hit: Hit) -> str:
    if hit.pattern == _SET_BY_GIN:
        return "secure or httponly switched off" if _is_worth(hit.group("name").decode("utf-8", "replace")) else ""
    made = around(document, hit.start, _COMPOSITES)
    start, end = function_around(document, hit.start)
    function = document.data[start:end]
    if _REMOVED.search(made) or (_NOTHING_YET.search(made) and not re.search(rb"\.Name\s*=", function)):
        return ""
    if hit.group().startswith(b"http.") and (b"SetCookie(" not in function or b"AddCookie(" in function):
        return ""  # a client's
    name = re.search(rb"\bName:\s*([^,\n}]+)", made)
    off, missing = _flags(made)
    missing = [flag for flag in missing if not re.search(rb"(?i)\." + flag.encode() + rb"\s*=", function)]
    worth = name is None or _is_worth(name.group(1).decode("utf-8", "replace"))
    return _told(off, missing, worth)


def _in_java(document: Document, hit: Hit) -> str:
    if hit.group().startswith(b"set"):
        owner = re.search(rb"(?i)(\w*cookie\w*)\s*\.\s*$", document.data[max(0, hit.start - 60) : hit.start])
        return "a protection switched off" if owner else ""
    start, end = function_around(document, hit.start)
    function = document.data[start:end]
    held = re.search(rb"(\w+)\s*=\s*$", document.data[max(0, hit.start - 80) : hit.start])
    if held is None or b"addCookie(" not in function or not (document.holds(b"servlet") or document.holds(b"HttpServlet")):
        return ""
    after = document.data[hit.start : end]
    of_it = b"\n".join(re.findall(rb"\b" + re.escape(held.group(1)) + rb"\.(set\w+\([^\n]{0,80})", after))
    if re.search(rb"setMaxAge\(\s*0\b", of_it):
        return ""
    _, missing = _flags(of_it)
    name = after[hit.end - hit.start :].partition(b",")[0][:80].decode("utf-8", "replace")
    return _told([], missing, _is_worth(name))


def _in_csharp(document: Document, hit: Hit) -> str:
    if hit.pattern not in (_CONSTRUCTED, _OPTIONS):
        return "a protection switched off"
    start, end = function_around(document, hit.start)
    made = around(document, hit.start, _CREATIONS) or hit.group()
    if hit.pattern == _OPTIONS:
        off, missing = _flags(made)
        call = around(document, hit.start, frozenset({"invocation_expression"}))
        name = re.search(rb"\bAppend\(\s*([^,\n]+),\s*([^,\n]*)", call)
        if name is not None and _FLAG.fullmatch(name[2].decode("utf-8", "replace").strip()):
            return ""
        is_set = re.search(rb"(?i)\.(?:secure|httponly)\s*=", document.data[hit.start : end]) is not None
        worth = name is not None and not is_set and _is_worth(name.group(1).decode("utf-8", "replace"))
        return _told(off, missing, worth)
    off, missing = _flags(document.data[hit.start : end])
    worth = b"HttpCookie" in hit.group() and _is_worth(made.partition(b"(")[2].decode("utf-8", "replace"))
    is_removed = re.search(rb"\.Expires\s*=\s*[^\n;]*\(\s*-", document.data[start:end]) is not None
    return "" if is_removed or b"Cookies.Add(" not in document.data[start:end] else _told(off, missing, worth)


def _in_ruby(document: Document, hit: Hit) -> str:
    return "a protection switched off"


def _in_php(document: Document, hit: Hit) -> str:
    if hit.pattern != _SET_IN_PHP:
        return "" if hit.group().lower().startswith(b"new ") else "httponly switched off"
    call = call_around(document, hit.end - 1)
    if call is None or call.callee.lower() != "setcookie" or len(call.positional) < 2:
        return ""
    name, value, *rest = call.positional
    if value in ("''", '""', "null", "NULL", "false") or "..." in "".join(call.positional):
        return ""
    if rest and re.search(r"-\s*[1-9(]|^\s*1\s*$", rest[0]):
        return ""  # taken back
    if rest and rest[0].startswith(("[", "array", "$")) and len(rest) == 1:
        if rest[0].startswith("$"):
            return ""
        off = [flag for flag in ("secure", "httponly") if re.search(rf"(?i)'{flag}'\s*=>\s*false", rest[0])]
        missing = [flag for flag in ("secure", "httponly") if not re.search(rf"(?i)['\"]{flag}['\"]", rest[0])]
    else:
        off = [flag for flag, at in (("secure", 3), ("httponly", 4)) if len(rest) > at and rest[at].lower() in ("false", "0")]
        missing = [flag for flag, at in (("secure", 3), ("httponly", 4)) if len(rest) <= at]
    return _told(off if _is_worth(name) else [], missing, _is_worth(name))


_COMPOSITES = frozenset({"composite_literal"})
_CREATIONS = frozenset({"object_creation_expression"})
_REMOVED = expression(rb"\bMaxAge:\s*-|\bValue:\s*\"\"|\bExpires:\s*time\.Unix\(\s*[01]\b")
"""A cookie that is taken back."""
_LAST_OF_SCRIPTS = 3
"""Index of the last pattern for Python and JavaScript."""
_CONSTRUCTED, _SET_IN_PHP, _OPTIONS, _SET_BY_GIN = 5, 6, 7, 8
_READERS: dict[Language, Callable[[Document, Hit], str]] = {
    Language.GO: _in_go,
    Language.JAVA: _in_java,
    Language.CSHARP: _in_csharp,
    Language.RUBY: _in_ruby,
    Language.PHP: _in_php,
}
"""By language: what a cookie lacks, in words; empty when it lacks nothing."""

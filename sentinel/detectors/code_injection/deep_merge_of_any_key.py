"""Function that writes through any key, `__proto__` among them.

## Why it matters
In JavaScript `object["__proto__"]` is what all objects share. A function that copies nested keys from one object into another, or
follows a path of keys and writes at its end, writes there when a caller's JSON says so: checks pass that should not, and options
appear that nobody set.

## What to do
1. Skip the keys `__proto__`, `constructor` and `prototype`.
2. Go down only into properties that the target itself has: `Object.hasOwn(target, key)`.
3. Use `Object.create(null)` or a `Map` for what callers fill.

## Known limits
Who calls the function is not followed: it is reported because any caller may. Only functions that call themselves with the two
members, or walk down in a loop over a split path, are recognised.

## References
- https://cheatsheetseries.owasp.org/cheatsheets/Prototype_Pollution_Prevention_Cheat_Sheet.html
- https://cwe.mitre.org/data/definitions/1321.html

"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sentinel.detectors.code_injection._calls import function_around, is_code, lines_around
from sentinel.model.document import Document, Language, Role
from sentinel.model.rule import Confidence, Example, Hit, Item, Match, Pattern, Severity, rule

_CHECKS = re.compile(
    rb"__proto__|['\"]prototype['\"]|['\"]constructor['\"]|Object\.create\(null\)|isPlainObject\(\s*target|"
    rb"\bhasOwn\(\s*(?:target|dest|obj|"
    rb"a|to)\b|"
    rb"(?:target|dest|destination|obj|a|to)\.hasOwnProperty|(?i:unsafe|forbidden|dangerous|blocked|pollut|isSafe|safeKey|"
    rb"allowedKeys|valid_?key|isValid)|"
    rb"\bnew Map\b|hasOwnProperty\.call\(\s*(?:target|dest|destination|obj|object|a|to|current|node|cur|ref)\b"
)
"""What keeps the shared object out, or goes down only into what the target has."""
_PATH = re.compile(rb"\bsplit\s*\(|(?:function\s*\w*\s*|^\s*\w+)\([^()]*\b(?:path|keyPath|key_path|keys|props)\b[^()]*\)")
"""A text that is split, or a parameter that is a path of keys."""
_MOST_IN_A_LINE = 1_000
_MOST_BYTES = 4_000
"""A longer function does more than merge."""


def _file(text: str, *lines: int) -> Example:
    return Example(text, lines, "merge.js")


@rule(
    "code-injection/deep-merge-of-any-key",
    on=Item.DOCUMENT,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    cwe=1321,
    cvss="CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:L/I:L/A:L",
    owasp=("MCP05:2025", "ASI02:2026"),
    languages=(Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX),
    patterns=(
        Pattern(
            rb"\b(?P<name>[A-Za-z_$][\w$]{0,40})\(\s{0,4}(?P<target>[A-Za-z_$][\w$]{0,30})\[(?P<key>[A-Za-z_$][\w$]{0,20})\]"
            rb"(?:\s{0,4}as [\w.<>\[\], "
            rb"]{1,40})?\s{0,4},\s{0,4}(?P<source>[A-Za-z_$][\w$]{0,30})(?:\[(?P<again>[A-Za-z_$][\w$]{0,20})\])?"
        ),
        Pattern(
            rb"(?P<walker>[A-Za-z_$][\w$]{0,30})\s{0,4}=\s{0,4}\(?(?P<same>[A-Za-z_$][\w$]{0,30})\[(?P<key>[A-Za-z_$][\w$]{0,20})"
            rb"(?:\[[\w$]{1,12}(?:\s?[+-]\s?1)?\])?\](?!\s{0,4}=[^=])"
        ),
    ),
    bad=(
        _file(
            "function merge(target, source) {\n  for (const key in source) {\n    if (typeof source[key] === 'object') {\n"
            "      merge(target[key], source[key]);\n    } else {\n      target[key] = source[key];\n    }\n  }\n  return target;"
            "\n}\n",
            4,
        ),
        _file(
            "const extend = (a, b) => {\n  Object.keys(b).forEach((k) => {\n    if (b[k] instanceof Object && a[k]) extend(a[k], "
            "b[k]);\n"
            "    else a[k] = b[k];\n  });\n  return a;\n};\n",
            3,
        ),
        _file(
            "function assignDeep(to, from) {\n  for (var key of Object.keys(from)) {\n    if (!to[key]) to[key] = {};\n"
            "    if (isObject(from[key])) to[key] = assignDeep(to[key], from[key]);\n    else to[key] = from[key];\n  }\n"
            "  return to;\n}\n",
            4,
        ),
        _file(
            "function set(object, path, value) {\n  const keys = path.split('.');\n  let current = object;\n"
            "  for (let i = 0; i < keys.length - 1; i++) {\n    if (!current[keys[i]]) current[keys[i]] = {};\n"
            "    current = current[keys[i]];\n  }\n  current[keys[keys.length - 1]] = value;\n}\n",
            6,
        ),
        _file(
            "module.exports = function set(obj, path, value) {\n  const parts = path.split('.');\n  const last = parts.pop();\n"
            "  for (const part of parts) {\n    obj[part] = obj[part] || {};\n    obj = obj[part];\n  }\n  obj[last] = value;\n"
            "};\n",
            6,
        ),
        _file(
            "function set(target, path, value) {\n  const keys = Array.isArray(path) ? path : split(path);\n"
            "  for (let i = 0; i < keys.length; i++) {\n    const key = keys[i];\n    if (!isObject(target[key])) target[key] = "
            "{};\n"
            "    if (i === keys.length - 1) target[key] = value;\n    target = target[key];\n  }\n}\n",
            7,
        ),
        _file(
            "function set(obj, path, value) {\n  const key = path[0];\n  if (path.length === 1) {\n    obj[key] = value;\n    "
            "return;\n  }\n"
            "  set(obj[key], path.slice(1), value);\n}\n",
            7,
        ),
    ),
    good=(
        _file(
            "function merge(target, source) {\n  for (const key in source) {\n    if (key === '__proto__') continue;\n"
            "    if (typeof source[key] === 'object') merge(target[key], source[key]);\n    else target[key] = source[key];\n  "
            "}\n}\n"
        ),
        _file(
            "function copy(source) {\n  const made = {};\n  for (const key in source) {\n    made[key] = copy(source[key]);\n  }\n"
            "  return made;\n}\n"
        ),
        _file("function sum(list, index) {\n  return add(list[index], list[index]);\n}\n"),
        _file(
            "function same(a, b) {\n  for (const key in a) {\n    if (!same(a[key], b[key])) return false;\n  }\n  return true;"
            "\n}\n"
        ),
        _file(
            "function get(object, path) {\n  let current = object;\n  for (const key of path.split('.')) {\n    current = "
            "current[key];\n  }\n"
            "  return current;\n}\n"
        ),
        _file(
            "function merge(target, source) {\n  for (const key of Object.keys(source)) {\n"
            "    if (Object.hasOwn(target, key) && isObject(source[key])) merge(target[key], source[key]);\n"
            "    else define(target, key, source[key]);\n  }\n}\n"
        ),
        _file(
            "function merge(first, second) {\n  const made = { ...first };\n  for (const key in second) {\n"
            "    made[key] = isObject(second[key]) ? merge(made[key], second[key]) : second[key];\n  }\n  return made;\n}\n"
        ),
        _file("function merge(target, source) {\n  return { ...target, ...source };\n}\n"),
        _file(
            "function set(object, path, value) {\n  const keys = path.split('.');\n  if (keys.includes('__proto__')) return;\n"
            "  let current = object;\n  for (const key of keys.slice(0, -1)) {\n    current = current[key];\n  }\n"
            "  current[keys.at(-1)] = value;\n}\n"
        ),
        _file("// merge(target[key], source[key])\nconst a = 1;\n"),
        _file(
            "function walk(node, visit) {\n  let current = node;\n  while (current) {\n    visit(current);\n    current = "
            "current[next];\n  }\n}\n"
        ),
    ),
)  # fmt: skip
def check(document: Document, hit: Hit) -> Iterator[Match]:
    """A function that goes down into a member and writes there, under keys it did not look at."""
    if document.has_role(Role.MINIFIED, Role.VENDORED) or not is_code(document, hit.start):
        return
    if len(lines_around(document, hit.start)) > _MOST_IN_A_LINE:
        return  # written by a machine
    body = _body(document, hit)
    if not body or _CHECKS.search(body):
        return
    if _goes_down_again(hit, body) if hit.pattern == 0 else _walks_down(hit, body):
        yield Match(document.span(hit.start, hit.end), "Any key is followed and written to, also one that all objects share.")


def _body(document: Document, hit: Hit) -> bytes:
    """The text of the function; for a callback within it, of the one around. Empty when it is no small function."""
    start, end = function_around(document, hit.start)
    if hit.pattern == 0 and start > 0 and not _names(document.data[max(0, start - 60) : start + 80], hit.group("name")):
        start, end = function_around(document, start - 1)
    return document.data[max(0, start - 60) : end] if 0 < end - start < _MOST_BYTES and end - start < len(document.data) else b""


def _names(head: bytes, name: bytes) -> bool:
    return bool(re.search(rb"(?<![\w$.])" + re.escape(name) + rb"\b", head))


def _goes_down_again(hit: Hit, body: bytes) -> bool:
    """Whether the function calls itself with two members of the same key, and writes under that key."""
    name, target, key, source = (hit.group(part) for part in ("name", "target", "key", "source"))
    if target == source or (hit.group("again") and hit.group("again") != key):
        return False
    if re.search(
        rb"(?<![\w$.])" + re.escape(target) + rb"\s*(?::[^=\n]{1,80})?=\s*(?:\{|Object\.assign\(\s*\{|structuredClone)", body
    ):
        return False  # a copy of its own on every level
    called = re.escape(name)
    declared = (
        rb"(?:function\s*\*?\s*" + called + rb"\b|(?<![\w$])" + called + rb"\s*(?::[^=\n]{0,80})?=\s*(?:async\s*)?"
        rb"(?:function|\(|[\w$]+\s*=>)|^\s*(?:async\s+|static\s+|private\s+|public\s+)*"
        + called
        + rb"\s*\([^)]*\)\s*(?::[^{]*)?\{)"
    )
    assigned = re.escape(target) + rb"\[" + re.escape(key) + rb"\]\s*=[^=]"
    looped = rb"\bin\s+" + re.escape(source) + rb"\b|Object\.(?:keys|entries|getOwnPropertyNames)\(\s*" + re.escape(source) + rb"\b"
    onward = re.escape(target) + rb"\[" + re.escape(key) + rb"\]\s*,\s*" + re.escape(source) + rb"\.slice\(\s*1\s*\)"
    is_each = re.search(looped, body, re.MULTILINE) or re.search(onward, body)
    return bool(is_each and all(re.search(part, body, re.MULTILINE) for part in (declared, assigned)))


def _walks_down(hit: Hit, body: bytes) -> bool:
    """Whether a variable goes down a split path and its member is written at the end."""
    walker, same, key = hit.group("walker"), hit.group("same"), hit.group("key")
    if walker != same or not _PATH.search(body):
        return False
    written = re.escape(walker) + rb"\[[^\]\n]{1,40}\]{1,2}\s*=[^=]"
    return len(re.findall(written, body)) >= 1 and not re.search(rb"\b" + re.escape(key) + rb"\s*(?:===|!==|==|!=)\s*['\"]", body)

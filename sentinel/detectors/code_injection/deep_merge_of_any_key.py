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
Who calls the function is not followed: it is reported because any caller may. Recognised are functions of up to 6,000 bytes
that call themselves with a member, walk down in a loop over a split text or a parameter named like a path of keys, or fold such a
path with `reduce`. A check that stands in another file is believed by its name. Two keys in one write (`all[a][b] = c`) are not
reported. Keys of what is called a schema, a specification or a mapping are taken for the program's own.

## References
- https://cheatsheetseries.owasp.org/cheatsheets/Prototype_Pollution_Prevention_Cheat_Sheet.html
- https://cwe.mitre.org/data/definitions/1321.html

"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sentinel.analysis.syntax import refused
from sentinel.detectors.code_injection._calls import function_around, is_code, lines_around
from sentinel.model.document import Document, Language, Role
from sentinel.model.expression import expression
from sentinel.model.rule import Confidence, Example, Hit, Item, Match, Pattern, Severity, rule

_WRITTEN = expression(rb"\]\s*=[^=>]|Object\.assign\(")
_BY_KEY = expression(rb"(?<![\w$.])([A-Za-z_$][\w$]*)\[[^\]\n]{1,60}\]\s*(?:\?\?|\|\|)?=(?![=>])")
_LOOPED = expression(
    rb"\bof\s+Object\.(?:keys|entries)\(\s*([\w$.]{1,60})\s*\)|"
    rb"\bfor\s*\(\s*(?:const\s|let\s|var\s)?\s*[\w$]{1,60}\s+in\s+([\w$.]{1,60})\s*\)|"
    rb"\bObject\.(?:keys|entries)\(\s*([\w$.]{1,60})\s*\)\s*\.\s*(?:forEach|map|reduce)\("
)
"""What a function goes through key by key."""
_OF_PROGRAM = expression(
    rb"(?i)(?:schema|shape|spec|specification|definitions?|descriptors?|blueprint|field_?map|mappings?)s?[$_\d]*$"
)
"""Names of descriptions that a program holds of its data, by which it goes through them."""
_MOST_IN_A_LINE = 1_000
_MOST_BYTES = 6_000
"""A longer function does more than merge."""
_MOST_FOLD = 600
_FIRST_ARGUMENT = expression(rb"\(\s*([^\s)])")
_IN_NAME = expression(rb"[\w$]")
_NAMED = expression(rb"(?:(?:async|static|private|protected|public|export|function)\s+)*(?P<name>[A-Za-z_$][\w$]*)\s*\(")


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
            rb"\b(?P<name>[A-Za-z_$][\w$]{0,40})\((?:[^()]{0,60}[,\s])?\(?[A-Za-z_$][\w$]{0,30}\[[A-Za-z_$][\w$]{0,20}"
            rb"(?:\[[\w$]{1,12}\])?\]"
        ),
        Pattern(
            rb"(?P<walker>[A-Za-z_$][\w$]{0,30})\s{0,4}=\s{0,4}\(?(?P<same>[A-Za-z_$][\w$]{0,30})\[[A-Za-z_$][\w$]{0,20}"
            rb"(?:\[[\w$]{1,12}(?:\s?[+-]\s?1)?\])?\]"
        ),
        Pattern(rb"\]\s{0,4}=\s{0,4}(?:[A-Za-z_$][\w$.]{0,40}\.)?(?P<name>[A-Za-z_$][\w$]{0,40})\([^()\[]{0,80}\)"),
        Pattern(rb"\.reduce(?:Right)?\(\s{0,40}(?:function\b|\()"),
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
        _file(
            "export function put(object, path, value) {\n  const parts = path.split('.');\n"
            "  parts.reduce((o, k, i) => (o[k] = i === parts.length - 1 ? value : o[k] || {}), object);\n}\n",
            3,
        ),
        _file(
            "function setKey(o, keys, value) {\n  keys.slice(0, -1).forEach(function (key) {\n    if (!o[key]) o[key] = {};\n"
            "    o = o[key];\n  });\n  o[keys[keys.length - 1]] = value;\n}\n",
            4,
        ),
        _file(
            "function extend(target, source) {\n  for (const name in source) {\n    const old = target[name];\n"
            "    const copy = source[name];\n    const next = isObject(old) ? old : {};\n"
            "    if (isObject(copy)) target[name] = extend(next, copy);\n    else target[name] = copy;\n  }\n  return target;\n}\n",
            6,
        ),
        _file(
            "function build(path, value, target, index) {\n  const name = path[index++];\n  if (index >= path.length) {\n"
            "    target[name] = value;\n    return;\n  }\n  if (!target[name]) target[name] = {};\n"
            "  build(path, value, target[name], index);\n}\n",
            8,
        ),
        _file(
            "const deep = (target, source) => {\n  for (const [key, value] of Object.entries(source)) {\n"
            "    if (isObject(value)) deep((target[key] ??= {}), value);\n    else target[key] = value;\n  }\n};\n",
            3,
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
        _file(
            "const SHARED = new Set(['__proto__', 'constructor', 'prototype']);\nfunction merge(target, source) {\n"
            "  for (const key in source) {\n    if (SHARED.has(key)) continue;\n    if (isObject(source[key])) merge(target[key], "
            "source[key]);\n    else target[key] = source[key];\n  }\n}\n"
        ),
        _file(
            "const known = (key) => key !== '__proto__';\nfunction set(o, path, value) {\n"
            "  const keys = path.split('.').filter(known);\n  for (const key of keys.slice(0, -1)) {\n    o = o[key];\n  }\n"
            "  o[keys.at(-1)] = value;\n}\n"
        ),
        _file(
            "function prune(tree) {\n  for (const key in tree) {\n    if (isObject(tree[key])) tree[key] = prune(tree[key]);\n"
            "    else if (tree[key] == null) delete tree[key];\n  }\n  return tree;\n}\n"
        ),
        _file(
            "function trie(words) {\n  const root = {};\n  for (const word of words) {\n    let node = root;\n"
            "    for (const letter of word) {\n      node[letter] = node[letter] || {};\n      node = node[letter];\n    }\n"
            "    node.end = true;\n  }\n  return root;\n}\n"
        ),
        _file(
            "function put(path, value) {\n  const root = Object.create(null);\n  let node = root;\n"
            "  for (const key of path.split('.')) {\n    node[key] = node[key] || Object.create(null);\n    node = node[key];\n"
            "  }\n  node['='] = value;\n  return root;\n}\n"
        ),
        _file(
            "function fill(grid, rows, columns) {\n  for (let i = 0; i < rows; i++) {\n    let row = grid[i];\n"
            "    for (let j = 0; j < columns; j++) {\n      row[j] = 0;\n    }\n  }\n}\n"
        ),
        _file(
            "function set(o, path, value) {\n  const keys = path.split('.');\n  for (const key of keys.slice(0, -1)) {\n"
            "    if (!Object.hasOwn(o, key)) o[key] = {};\n    o = o[key];\n  }\n  o[keys.at(-1)] = value;\n}\n"
        ),
        _file(
            "function convert(schema, input) {\n  const output = {};\n  for (const key in schema) {\n"
            "    if (input[key] == null) output[key] = null;\n    else output[key] = convert(schema[key], input[key]);\n  }\n"
            "  return output;\n}\n"
        ),
        _file(
            "function convert(how, schema, input) {\n  const output = {};\n  for (const [key, field] of Object.entries(schema)) {\n"
            "    if (field.derive) {\n      input[key] = field.derive(input);\n    }\n    if (!(key in input)) continue;\n"
            "    output[key] = convert(how, field.schema, input[key]);\n  }\n  return output;\n}\n"
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
    if document.has_role(Role.MINIFIED, Role.VENDORED) or refused(document) is not None:
        return
    if not _may_go_down(document, hit) or not is_code(document, hit.start):
        return
    if len(lines_around(document, hit.start)) > _MOST_IN_A_LINE:
        return  # written by a machine
    from sentinel.analysis.javascript.pollution import follows_any_key  # with all that walks scripts, a tenth of an empty scan

    if follows_any_key(document, hit.end - 1) and not _writes_to_new(document, hit) and not _goes_through_own_keys(document, hit):
        is_given = _is_given_constants(document, hit)
        yield Match(
            document.span(hit.start, hit.end),
            "Any key is followed and written to, also one that all objects share.",
            severity=Severity.LOW if is_given else None,
            context="every call in this file names the place by a constant" if is_given else "",
        )


def _writes_to_new(document: Document, hit: Hit) -> bool:
    """Whether everything that the function writes to by a key was made new in it, and never became a member of something."""
    text = document.data[slice(*function_around(document, hit.start))][:_MOST_BYTES]
    written = set(_BY_KEY.findall(text))
    return bool(written) and all(
        re.search(rb"\b(?:const|let|var)\s+" + re.escape(name) + rb"\s*(?::[^=\n]{1,60})?=\s*(?:\{\s*\}|\[\s*\])", text)
        and not re.search(rb"(?<![\w$.])" + re.escape(name) + rb"\s*=\s*[^=\n]*\[", text)
        for name in written
    )


def _is_given_constants(document: Document, hit: Hit) -> bool:
    """Whether the function is called in its file, and each time with a text that is written out."""
    start, _ = function_around(document, hit.start)
    named = _NAMED.match(document.data, start)
    if named is None:
        return False
    known: dict[bytes, bool] = document.cache.setdefault("calls-with-constants", {})
    if named["name"] in known:
        return known[named["name"]]
    head = range(start, start + len(named.group()) + 1)
    firsts = [first for at, first in _calls(document.data, named["name"]) if at not in head]
    known[named["name"]] = bool(firsts) and all(first in (b"'", b'"') for first in firsts)
    return known[named["name"]]


def _calls(data: bytes, name: bytes) -> Iterator[tuple[int, bytes]]:
    """Where a function is called with something, and the first byte of that. Looked for as bytes: a document may hold hundreds of
    functions, and each is looked for in all of it."""
    at = data.find(name + b"(")
    while at >= 0:
        first = _FIRST_ARGUMENT.match(data, at + len(name))
        if first is not None and not (at and _IN_NAME.match(data, at - 1)):
            yield at, first[1]
        at = data.find(name + b"(", at + 1)


def _goes_through_own_keys(document: Document, hit: Hit) -> bool:
    """Whether all keys that a function goes through are those of a description that the program itself holds."""
    text = document.data[slice(*function_around(document, hit.start))][:_MOST_BYTES]
    looped = [b"".join(names) for names in _LOOPED.findall(text)]
    return bool(looped) and all(map(_OF_PROGRAM.search, looped))


def _may_go_down(document: Document, hit: Hit) -> bool:
    """Whether the text can be a step down at all: asked before the document is parsed."""
    if hit.pattern == 1:
        return hit.group("walker") == hit.group("same")
    if hit.pattern == 3:
        return bool(_WRITTEN.search(document.data, hit.end, hit.end + _MOST_FOLD))
    return _is_declared_around(document, hit.start, hit.group("name"))


def _is_declared_around(document: Document, offset: int, name: bytes) -> bool:
    """Whether what is called is declared not far above, as a function that calls itself is."""
    if document.data.find(name, max(0, offset - _MOST_BYTES), offset) < 0:
        return False
    called = re.escape(name)
    declared = re.compile(
        rb"(?:function\s*\*?\s*" + called + rb"\b|(?<![\w$])" + called + rb"\s*(?::[^=\n]{0,80})?[=:]\s*(?:async\s*)?"
        rb"(?:function|\(|[\w$]+\s*=>)|^\s*(?:async\s+|static\s+|private\s+|public\s+|protected\s+)*"
        + called
        + rb"\s*(?:<[^>\n]{1,80}>)?\([^)]*\)[^{;\n]{0,80}\{)",
        re.MULTILINE,
    )
    return declared.search(document.data, max(0, offset - _MOST_BYTES), offset) is not None

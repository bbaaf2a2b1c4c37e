"""Functions that go down by any key and write there, told from those that look at the key or own what they go into."""

from __future__ import annotations

import pytest

from sentinel.analysis.javascript.pollution import follows_any_key
from sentinel.model.document import Document, Language
from sentinel.model.flow import SinkKind
from tests.analysis.javascript.tree import flows_in

_WALK = """function walk(at, path, makes) {
  for (const k of path.split('.')) {
    if (makes && at[k] == null) at[k] = {};
    at = at[k];
  }
  return at;
}
"""


def _lines(text: str) -> list[int]:
    """The lines on which a byte is a descent."""
    document = Document("lib.ts", text.encode(), Language.TYPESCRIPT)
    return sorted({text.count("\n", 0, at) + 1 for at in range(len(text)) if text[at] in "[(=" and follows_any_key(document, at)})


@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param(
            "export function set(o, path, v) {\n"
            "  const parts = path.split('.'); const last = parts.pop();\n"
            "  const found = parts.reduce((at, k) => (at[k] = at[k] || {}), o);\n"
            "  found[last] = v;\n"
            "}\n",
            3,
            id="what a fold found goes by another name",
        ),
        pytest.param(
            _WALK + "export function put(object, path, value) {\n"
            "  const keys = path.split('.'); const last = keys.pop();\n"
            "  const owner = walk(object, keys.join('.'), true);\n"
            "  owner[last] = value;\n"
            "}\n",
            4,
            id="what another function writes to at the end of the way",
        ),
        pytest.param(
            "function extend() {\n"
            "  var options, name, src, copy, clone, target = arguments[0] || {}, i = 1, length = arguments.length"
            ", deep = false;\n"
            "  if (typeof target === 'boolean') { deep = target; target = arguments[1] || {}; i = 2; }\n"
            "  for (; i < length; i++) {\n"
            "    if ((options = arguments[i]) != null) {\n"
            "      for (name in options) {\n"
            "        src = target[name];\n"
            "        copy = options[name];\n"
            "        if (target === copy) continue;\n"
            "        if (deep && copy && isPlain(copy)) {\n"
            "          clone = src && isPlain(src) ? src : {};\n"
            "          target[name] = extend(deep, clone, copy);\n"
            "        } else if (copy !== undefined) {\n"
            "          target[name] = copy;\n"
            "        }\n"
            "      }\n"
            "    }\n"
            "  }\n"
            "  return target;\n"
            "}\n"
            "module.exports = extend;\n",
            12,
            id="what extend reads into names first",
        ),
        pytest.param(
            "export function setValue(obj, path, value) {\n"
            "  const parts = path.split('.');\n"
            "  parts.reduce((o, k, i) => (o[k] = i === parts.length - 1 ? value : o[k] || {}), obj);\n"
            "}\n",
            3,
            id="an accumulator",
        ),
        pytest.param(
            "function setKey(obj, keys, value) {\n"
            "  var o = obj;\n"
            "  keys.slice(0, -1).forEach(function (key) {\n"
            "    if (o[key] === undefined) o[key] = {};\n"
            "    o = o[key];\n"
            "  });\n"
            "  var key = keys[keys.length - 1];\n"
            "  o[key] = value;\n"
            "}\n"
            "module.exports = function (args) { var out = {}; args.forEach(a => setKey(out, a.name.split('.'), a."
            "value)); return out; };\n",
            5,
            id="a callback",
        ),
        pytest.param(
            "module.exports.put = function put(obj, path, value) {\n"
            "  const keys = path.split('/');\n"
            "  while (keys.length > 1) {\n"
            "    const k = keys.shift();\n"
            "    if (!(k in obj)) obj[k] = {};\n"
            "    obj = obj[k];\n"
            "  }\n"
            "  obj[keys[0]] = value;\n"
            "};\n",
            6,
            id="keys taken from the front",
        ),
        pytest.param(
            "export function mergeDeep(target: any, source: any): any {\n"
            "  for (const [key, value] of Object.entries(source)) {\n"
            "    if (value && typeof value === 'object') {\n"
            "      if (!target[key]) target[key] = {};\n"
            "      mergeDeep(target[key], value);\n"
            "    } else {\n"
            "      target[key] = value;\n"
            "    }\n"
            "  }\n"
            "  return target;\n"
            "}\n",
            5,
            id="entries",
        ),
        pytest.param(
            "class Tool {\n"
            "  merge(target, source) {\n"
            "    Object.keys(source).forEach((key) => {\n"
            "      if (isObject(source[key])) {\n"
            "        target[key] = target[key] || {};\n"
            "        this.merge(target[key], source[key]);\n"
            "      } else target[key] = source[key];\n"
            "    });\n"
            "    return target;\n"
            "  }\n"
            "}\n"
            "module.exports = Tool;\n",
            6,
            id="a method of a class",
        ),
        pytest.param(
            "exports.merge = function (dst, src) {\n"
            "  for (var p in src) {\n"
            "    try {\n"
            "      if (src[p].constructor == Object) { dst[p] = exports.merge(dst[p], src[p]); } else { dst[p] = "
            "src[p]; }\n"
            "    } catch (e) { dst[p] = src[p]; }\n"
            "  }\n"
            "  return dst;\n"
            "};\n",
            4,
            id="a field of the exports",
        ),
        pytest.param(
            "export default function toJSON(pairs) {\n"
            "  function build(path, value, target, index) {\n"
            "    const name = path[index++];\n"
            "    if (index >= path.length) { target[name] = value; return; }\n"
            "    if (!target[name]) target[name] = {};\n"
            "    build(path, value, target[name], index);\n"
            "  }\n"
            "  const obj = {};\n"
            "  pairs.forEach(([n, v]) => build(n.split('.'), v, obj, 0));\n"
            "  return obj;\n"
            "}\n",
            6,
            id="an index that counts up",
        ),
        pytest.param(
            "function unflatten(data) {\n"
            "  const result = {};\n"
            "  for (const key in data) {\n"
            "    let ref = result;\n"
            "    const parts = key.split('.');\n"
            "    for (let i = 0; i < parts.length - 1; i++) {\n"
            "      ref[parts[i]] = ref[parts[i]] || {};\n"
            "      ref = ref[parts[i]];\n"
            "    }\n"
            "    ref[parts[parts.length - 1]] = data[key];\n"
            "  }\n"
            "  return result;\n"
            "}\n"
            "module.exports = { unflatten };\n",
            8,
            id="keys of data that are split",
        ),
        pytest.param(
            "function merge(a, b) {\n"
            "  for (var i in b) {\n"
            "    if (isObj(a[i]) && isObj(b[i])) { merge(a[i], b[i]); continue; }\n"
            "    a[i] = b[i];\n"
            "  }\n"
            "  return a;\n"
            "}\n"
            "export default merge;\n",
            3,
            id="two members",
        ),
        pytest.param(
            "module.exports = function set(o, p, v) {\n"
            "  let i, k, t = o, keys = p.split('.');\n"
            "  for (i = 0; i < keys.length; i++) {\n"
            "    k = keys[i];\n"
            "    t = t[k] = i === keys.length - 1 ? v : (t[k] == null ? {} : t[k]);\n"
            "  }\n"
            "};\n",
            5,
            id="a chain of assignments",
        ),
        pytest.param(
            "function baseSet(object, path, value) {\n"
            "  path = castPath(path, object);\n"
            "  let index = -1, nested = object;\n"
            "  const length = path.length, lastIndex = length - 1;\n"
            "  while (nested != null && ++index < length) {\n"
            "    const key = toKey(path[index]);\n"
            "    let newValue = value;\n"
            "    if (index != lastIndex) {\n"
            "      const objValue = nested[key];\n"
            "      newValue = isObject(objValue) ? objValue : {};\n"
            "    }\n"
            "    assignValue(nested, key, newValue);\n"
            "    nested = nested[key];\n"
            "  }\n"
            "  return object;\n"
            "}\n"
            "function assignValue(object, key, value) { object[key] = value; }\n"
            "module.exports = baseSet;\n",
            13,
            id="a helper that writes",
        ),
        pytest.param(
            "define(['./_assignValue', './_toKey'], function (assignValue, toKey) {\n"
            "  function baseSet(object, path, value) {\n"
            "    let index = -1, nested = object;\n"
            "    while (nested != null && ++index < path.length) {\n"
            "      const key = toKey(path[index]);\n"
            "      assignValue(nested, key, index + 1 < path.length ? nested[key] || {} : value);\n"
            "      nested = nested[key];\n"
            "    }\n"
            "    return object;\n"
            "  }\n"
            "  return baseSet;\n"
            "});\n",
            7,
            id="a helper of another file that writes",
        ),
        pytest.param(
            "const deep = (target, ...sources) => {\n"
            "  if (!sources.length) return target;\n"
            "  const source = sources.shift();\n"
            "  if (isObject(target) && isObject(source)) {\n"
            "    for (const key in source) {\n"
            "      if (isObject(source[key])) {\n"
            "        if (!target[key]) Object.assign(target, { [key]: {} });\n"
            "        deep(target[key], source[key]);\n"
            "      } else {\n"
            "        Object.assign(target, { [key]: source[key] });\n"
            "      }\n"
            "    }\n"
            "  }\n"
            "  return deep(target, ...sources);\n"
            "};\n"
            "export default deep;\n",
            8,
            id="object assign",
        ),
    ],
)
def test_a_descent_under_any_key(text: str, line: int) -> None:
    """What is written to was reached by a key that nobody looked at."""
    assert line in _lines(text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            _WALK + "export function hide(object, path, key) { const owner = walk(object, path, false); owner[key] = '***'; }\n",
            id="a constant at the end of the way",
        ),
        pytest.param(
            _WALK + "export function put(object, keys, value) {\n"
            "  if (keys.includes('__proto__')) return;\n"
            "  const last = keys.pop(); const owner = walk(object, keys.join('.'), true); owner[last] = value;\n"
            "}\n",
            id="keys that were looked at before the way",
        ),
        pytest.param(
            "export function clone(x) { const out = {}; for (const k in x) out[k] = typeof x[k] === 'object' ? cl"
            "one(x[k]) : x[k]; return out; }\n",
            id="a clone",
        ),
        pytest.param(
            "export function group(list) { const out = {}; for (const one of list) { out[one.kind] = out[one.kind"
            "] || []; out[one.kind].push(one); } return out; }\n",
            id="a grouping",
        ),
        pytest.param(
            "export function merge(a, b) { const out = { ...a }; for (const k of Object.keys(b)) out[k] = typeof "
            "b[k] === 'object' ? merge(a[k], b[k]) : b[k]; return out; }\n",
            id="a merge into copies",
        ),
        pytest.param(
            "const BAD = new Set(['__proto__', 'constructor', 'prototype']);\n"
            "export function merge(t, s) { for (const k in s) { if (BAD.has(k)) continue; if (typeof s[k] === 'ob"
            "ject') { t[k] = t[k] || {}; merge(t[k], s[k]); } else t[k] = s[k]; } }\n",
            id="a set of shared names",
        ),
        pytest.param(
            "const BAD = new Set(['__proto__', 'constructor', 'prototype']);\n"
            "function ok(key) { return !BAD.has(key); }\n"
            "export function set(o, path, v) { const ks = path.split('.').filter(ok); let c = o; for (const k of "
            "ks.slice(0, -1)) { c[k] = c[k] || {}; c = c[k]; } c[ks.at(-1)] = v; }\n",
            id="a filter of the path",
        ),
        pytest.param(
            "export function parse(text) { const out = Object.create(null); let cur = out; for (const line of tex"
            "t.split('\\n')) { const [k, v] = line.split('='); if (line[0] === '[') { cur = out[k] = Object.create"
            "(null); continue; } cur[k] = v; } return out; }\n",
            id="an object without a prototype",
        ),
        pytest.param(
            "export function own(t, s) { for (const k of Object.keys(s)) { if (Object.prototype.hasOwnProperty.ca"
            "ll(t, k) && typeof s[k] === 'object') own(t[k], s[k]); else Object.defineProperty(t, k, { value: s[k"
            "] }); } }\n",
            id="only own members",
        ),
        pytest.param(
            "export function fill(grid, rows, cols) { for (let i = 0; i < rows; i++) { for (let j = 0; j < cols; "
            "j++) { grid[i][j] = 0; } } }\n",
            id="a matrix",
        ),
        pytest.param(
            "export function trie(words) { const root = {}; for (const w of words) { let n = root; for (const ch "
            "of w) { n[ch] = n[ch] || {}; n = n[ch]; } n.end = true; } return root; }\n",
            id="letters",
        ),
        pytest.param(
            "export function get(o, path) { let c = o; for (const k of path.split('.')) { if (c == null) return; "
            "c = c[k]; } return c; }\n",
            id="only read",
        ),
        pytest.param(
            "export function linked(node) { let c = node; while (c.next) { c = c.next; } c.value = 1; return c; }\n",
            id="a list that is followed",
        ),
        pytest.param(
            "export function sortTree(tree) { for (const k in tree) { if (typeof tree[k] === 'object') tree[k] = "
            "sortTree(tree[k]); } return tree; }\n",
            id="a tree sorted in place",
        ),
        pytest.param(
            "export function set(map, path, v) { let c = map; for (const k of path.split('.')) { if (!c.has(k)) c"
            ".set(k, new Map()); c = c.get(k); } c.set('value', v); }\n",
            id="maps",
        ),
        pytest.param(
            "export function prune(o) { Object.keys(o).forEach((k) => { if (o[k] && typeof o[k] === 'object') pru"
            "ne(o[k]); else if (o[k] == null) delete o[k]; }); return o; }\n",
            id="pruned in place",
        ),
        pytest.param(
            "export function read(o, path) { const parts = path.split('.'); const last = parts.pop(); "
            "const found = parts.reduce((at, k) => at[k], o); const seen = {}; seen[last] = found; return seen; }\n",
            id="written beside a fold",
        ),
        pytest.param(
            "export function freeze(o) { Object.keys(o).forEach((k) => { if (typeof o[k] === 'object') freeze(o[k"
            "]); }); return Object.freeze(o); }\n",
            id="frozen",
        ),
    ],
)
def test_no_descent(text: str) -> None:
    """A function that looks at the key, goes into what it made itself, or only reads, is nothing to tell."""
    assert _lines(text) == []


def test_a_file_that_is_no_program_has_no_descent() -> None:
    """What cannot be parsed is not judged."""
    document = Document("big.js", b"a = a[k];" * 200_000, Language.JAVASCRIPT)
    assert not follows_any_key(document, 4)


def test_functions_that_name_one_another_are_asked_once() -> None:
    """Two functions with names in capitals that call each other end the question."""
    text = (
        "function AA(k) { return BB(k); }\nfunction BB(k) { return AA(k); }\n"
        "function merge(a, b) {\n  for (const k in b) {\n    if (AA(k)) continue;\n    merge(a[k], b[k]);\n"
        "    a[k] = b[k];\n  }\n}\n"
    )
    assert 6 in _lines(text)


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        pytest.param("options.url || window.location.pathname", [], id="the path of the page begins with a slash"),
        pytest.param("location.pathname.slice(1)", [SinkKind.PROTOTYPE], id="the slash was cut off"),
        pytest.param("location.pathname.replace('/', '')", [SinkKind.PROTOTYPE], id="the slash was replaced"),
        pytest.param("location.pathname.split('/')[1]", [SinkKind.PROTOTYPE], id="a piece of the path"),
        pytest.param("location.search", [SinkKind.PROTOTYPE], id="the query of the page"),
    ],
)
def test_a_key_that_begins_with_a_slash_is_no_prototype(key: str, expected: list[SinkKind]) -> None:
    """The first of two keys leads to what all objects share only where it can be `__proto__`."""
    text = f"export function keep(sizes, id, value, options) {{ const at = {key}; sizes[at][id] = value; }}\n"
    assert [flow.sink.kind for flow in flows_in({"keep.js": text}, "keep.js")] == expected

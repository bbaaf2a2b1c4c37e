"""Checks of a path that hold, beside those that only look so."""

from __future__ import annotations

import pytest

from sentinel.model.flow import Flow, SinkKind

from .tree import flows_in

_HEAD = """\
import fs, { promises as fsp } from "fs";
import path, { relative, isAbsolute, sep } from "path";
import isPathInside from "is-path-inside";
import sanitize from "sanitize-filename";
const ROOT = path.resolve("/srv/data");
const ROOTS = [ROOT, "/opt"];
const normalizedRoots = ROOTS.map((r) => path.resolve(r));
function isInside(root, p) { const rel = path.relative(root, p); return !rel.startsWith("..") && !path.isAbsolute(rel); }
async function validatePath(p) {
  const abs = path.resolve(p);
  const ok = normalizedRoots.some((r) => abs === r || abs.startsWith(r + path.sep));
  if (!ok) throw new Error("no");
  return abs;
}
"""


def _flows(body: str) -> list[Flow]:
    """What is told of a tool with this body, which reads a file."""
    text = _HEAD + f"server.tool('read', {{ d: z.string() }}, async ({{ d }}) => {{ {body} }});\n"
    return [flow for flow in flows_in(text) if flow.sink.kind is SinkKind.PATH_READ]


@pytest.mark.parametrize(
    "body",
    [
        (
            'const full = path.resolve(ROOT, d); if (!full.startsWith(ROOT + path.sep)) throw new Error("no"); fs'
            ".readFileSync(full);"
        ),
        ("const full = path.resolve(ROOT, d); if (full !== ROOT && !full.startsWith(ROOT + sep)) return; fs.readFileSync(full);"),
        ('const full = path.join(ROOT, d); if (!full.startsWith(`${ROOT}/`)) throw new Error("no"); fs.readFileSync(full);'),
        (
            'const full = path.resolve(ROOT, d); const rel = path.relative(ROOT, full); if (rel.startsWith("..") '
            '|| path.isAbsolute(rel)) throw new Error("no"); fs.readFileSync(full);'
        ),
        (
            'const full = path.resolve(ROOT, d); const rel = relative(ROOT, full); if (rel && !rel.startsWith("..'
            '") && !isAbsolute(rel)) { fs.readFileSync(full); }'
        ),
        'const full = path.resolve(ROOT, d); if (!isInside(ROOT, full)) throw new Error("no"); fs.readFileSync(full);',
        "const full = await validatePath(d); fs.readFileSync(full);",
        (
            "const full = path.resolve(ROOT, d); if (!normalizedRoots.some((r) => full.startsWith(r + path.sep) |"
            '| full === r)) throw new Error("no"); fs.readFileSync(full);'
        ),
        'if (d.includes("..") || path.isAbsolute(d)) throw new Error("no"); fs.readFileSync(path.join(ROOT, d));',
        'if (d.includes("..")) return; fs.readFileSync(path.join(ROOT, d));',
        "fs.readFileSync(path.join(ROOT, path.basename(d)));",
        'if (!/^[a-z0-9_-]+$/i.test(d)) throw new Error("no"); fs.readFileSync(path.join(ROOT, d + ".json"));',
        'if (!["a", "b"].includes(d)) throw new Error("no"); fs.readFileSync(path.join(ROOT, d));',
        (
            'const full = path.resolve(ROOT, d); if (full.indexOf(ROOT + path.sep) !== 0) throw new Error("no"); '
            "fs.readFileSync(full);"
        ),
        ('const full = path.resolve(ROOT, d); if (path.dirname(full) !== ROOT) throw new Error("no"); fs.readFileSync(full);'),
        ('const full = path.resolve(ROOT, d); if (!isPathInside(full, ROOT)) throw new Error("no"); fs.readFileSync(full);'),
        (
            "const full = path.resolve(ROOT, d); if (full.slice(0, ROOT.length + 1) !== ROOT + path.sep) throw ne"
            'w Error("no"); fs.readFileSync(full);'
        ),
        (
            "const real = await fsp.realpath(path.resolve(ROOT, d)); if (!real.startsWith(ROOT + path.sep)) throw"
            ' new Error("no"); fs.readFileSync(real);'
        ),
        "fs.readFileSync(path.join(ROOT, sanitize(d)));",
        (
            "const full = path.resolve(ROOT, d); const ok = ROOTS.some((r) => { const rel = path.relative(r, full"
            '); return !rel.startsWith("..") && !path.isAbsolute(rel); }); if (!ok) throw new Error("no"); fs.rea'
            "dFileSync(full);"
        ),
        (
            "const full = path.resolve(ROOT, d); const seen = full.replace(/\\\\/g, '/').replace(/\\/+$/, '');"
            ' if (!seen.startsWith("/srv/data/")) throw new Error("no"); fs.readFileSync(full);'
        ),
        (
            "const full = path.resolve(ROOT, d).replaceAll('\\\\', '/');"
            ' if (!full.startsWith("/srv/data/")) throw new Error("no"); fs.readFileSync(full);'
        ),
        (
            "const full = path.resolve(ROOT, d).split(path.sep).join('/');"
            ' if (!full.startsWith("/srv/data/")) throw new Error("no"); fs.readFileSync(full);'
        ),
        'const clean = path.normalize(d).replace(/^(\\.\\.(\\/|\\\\|$))+/, ""); fs.readFileSync(path.join(ROOT, clean));',
        (
            'const segments = d.split("/"); if (segments.some((s) => s === "..")) throw new Error("no"); fs.readF'
            "ileSync(path.join(ROOT, d));"
        ),
        'if (d.split(path.sep).includes("..")) throw new Error("no"); fs.readFileSync(path.join(ROOT, d));',
        (
            'const full = path.resolve(ROOT, d); const rel = path.relative(ROOT, full); if (rel === ".." || rel.s'
            'tartsWith(".." + path.sep) || path.isAbsolute(rel)) throw new Error("no"); fs.readFileSync(full);'
        ),
        (
            'const full = path.resolve(ROOT, d); if (!full.startsWith(path.join(ROOT, "/"))) throw new Error("no"'
            "); fs.readFileSync(full);"
        ),
        (
            'const full = path.resolve(ROOT, d); if (path.relative(ROOT, full).startsWith("..")) throw new Error('
            '"no"); fs.readFileSync(full);'
        ),
        (
            'const full = path.resolve(ROOT, d); if (!full.startsWith(ROOT)) throw new Error("no"); if (path.rela'
            'tive(ROOT, full).includes("..")) throw new Error("no"); fs.readFileSync(full);'
        ),
        'const safe = d.replace(/[^a-zA-Z0-9]/g, "_"); fs.readFileSync(path.join(ROOT, safe));',
        'if (d.includes("..")) throw new Error("no"); fs.readFileSync(path.join(ROOT, d));',
        'if (d.includes("..") || path.isAbsolute(d)) throw new Error("no"); fs.readFileSync(path.resolve(ROOT, d));',
        'if (d.startsWith("/") || d.includes("..")) throw new Error("no"); fs.readFileSync(path.resolve(ROOT, d));',
        'if (d.includes("..") || d[0] === "/") throw new Error("no"); fs.readFileSync(path.resolve(ROOT, d));',
        'if (d.includes("..") || d.charAt(0) === "/") throw new Error("no"); fs.readFileSync(path.resolve(ROOT, d));',
        'if (/\\.\\.|^\\//.test(d)) throw new Error("no"); fs.readFileSync(path.resolve(ROOT, d));',
        'if (d.includes("..")) throw new Error("no"); fs.readFileSync(path.resolve(ROOT, `./${d}`));',
        'const p = d.replace(/^\\/+/, ""); if (p.includes("..")) throw 1; fs.readFileSync(path.resolve(ROOT, p));',
        (
            'const full = path.resolve(ROOT, d); if (!path.normalize(full).startsWith(ROOT + "/")) throw new Erro'
            'r("no"); fs.readFileSync(full);'
        ),
    ],
)
def test_a_check_that_holds(body: str) -> None:
    """Nothing is told of a path that can lie in the folder only."""
    assert _flows(body) == []


@pytest.mark.parametrize(
    ("body", "guard"),
    [
        ("fs.readFileSync(path.join(ROOT, d));", ""),
        (
            'const full = path.resolve(ROOT, d); if (!full.startsWith(ROOT)) throw new Error("no"); fs.readFileSync(full);',
            "prefix-without-separator",
        ),
        (
            (
                "const full = path.resolve(ROOT, d); if (!ROOTS.some((dir) => full.startsWith(dir))) throw new Error("
                '"no"); fs.readFileSync(full);'
            ),
            "prefix-without-separator",
        ),
        (
            (
                'const full = path.resolve(ROOT, d); if (full.substr(0, ROOT.length) !== ROOT) throw new Error("no");'
                " fs.readFileSync(full);"
            ),
            "prefix-without-separator",
        ),
        (
            (
                'const full = path.resolve(ROOT, d); if (full.slice(0, ROOT.length) !== ROOT) throw new Error("no"); '
                "fs.readFileSync(full);"
            ),
            "prefix-without-separator",
        ),
        (
            ('const full = path.resolve(ROOT, d); if (full.indexOf(ROOT) !== 0) throw new Error("no"); fs.readFileSync(full);'),
            "prefix-without-separator",
        ),
        ('const full = path.resolve(ROOT, d); if (!full.includes(ROOT)) throw new Error("no"); fs.readFileSync(full);', ""),
        (('const full = path.resolve(ROOT, d); if (full.indexOf(ROOT) === -1) throw new Error("no"); fs.readFileSync(full);'), ""),
        ('if (!d.startsWith(ROOT + path.sep)) throw new Error("no"); fs.readFileSync(d);', "unresolved-prefix"),
        ('if (!d.startsWith("/srv/data/")) throw new Error("no"); fs.readFileSync(d);', "unresolved-prefix"),
        (
            'const full = ROOT + "/" + d; if (!full.startsWith(ROOT + "/")) throw new Error("no"); fs.readFileSync(full);',
            "unresolved-prefix",
        ),
        (
            "const full = (ROOT + '/' + d).split(path.sep).join('/');"
            ' if (!full.startsWith("/srv/data/")) throw new Error("no"); fs.readFileSync(full);',
            "unresolved-prefix",
        ),
        (
            "const full = path.resolve(ROOT, d).replace(/data/g, '');"
            ' if (!full.startsWith("/srv/data/")) throw new Error("no"); fs.readFileSync(full);',
            "unresolved-prefix",
        ),
        (
            "const parts = path.resolve(ROOT, d).split(path.sep); parts.reverse(); const full = parts.join('/');"
            ' if (!full.startsWith("/srv/data/")) throw new Error("no"); fs.readFileSync(full);',
            "unresolved-prefix",
        ),
        ('fs.readFileSync(path.join(ROOT, d.replace("../", "")));', "removes-dot-dot"),
        ('fs.readFileSync(path.join(ROOT, d.replace(/\\.\\.\\//g, "")));', "removes-dot-dot"),
        ("fs.readFileSync(path.join(ROOT, path.normalize(d)));", ""),
        ('if (path.isAbsolute(d)) throw new Error("no"); fs.readFileSync(path.join(ROOT, d));', ""),
        ('if (d.includes("..")) throw new Error("no"); fs.readFileSync(path.resolve(ROOT, d));', "dot-dot-alone"),
        ('if (/\\.\\./.test(d)) throw new Error("no"); fs.readFileSync(path.resolve(ROOT, d));', "dot-dot-alone"),
        (
            'const full = path.resolve(ROOT, d); if (full.includes("..")) throw new Error("no"); fs.readFileSync(full);',
            "dot-dot-alone",
        ),
        (
            'const n = path.normalize(d); if (n.startsWith("..")) throw new Error("no"); fs.readFileSync(path.resolve(ROOT, n));',
            "dot-dot-alone",
        ),
        ("let p = d; if (/[a-z]:/.test(d)) p = d.substring(1); fs.readFileSync(path.join(ROOT, p));", ""),
        ('if (!fs.existsSync(path.join(ROOT, d))) throw new Error("no"); fs.readFileSync(path.join(ROOT, d));', ""),
        ('if (!d.endsWith(".txt")) throw new Error("no"); fs.readFileSync(path.join(ROOT, d));', ""),
        (
            (
                'const full = path.resolve(ROOT, d); if (!full.startsWith(ROOT + path.sep)) console.log("bad"); fs.re'
                "adFileSync(full);"
            ),
            "",
        ),
        ('if (d.startsWith("..")) throw new Error("no"); fs.readFileSync(path.join(ROOT, d));', ""),
        ('if (d.startsWith("/")) throw new Error("no"); fs.readFileSync(path.join(ROOT, d));', ""),
        ("const full = path.resolve(ROOT, decodeURIComponent(path.basename(d))); fs.readFileSync(full);", ""),
        ('if (!/^[\\w./-]+$/.test(d)) throw new Error("no"); fs.readFileSync(path.join(ROOT, d));', ""),
        ('const ok = d.includes(".."); fs.readFileSync(path.join(ROOT, d));', ""),
    ],
)
def test_a_check_that_does_not_hold(body: str, guard: str) -> None:
    """The path is told, with the check that only looks like one."""
    (flow,) = _flows(body)
    assert [guard] * bool(guard) == [one.name for one in flow.broken_guards]


def test_a_check_behind_a_comment_that_nobody_awaits() -> None:
    """A statement is one behind a comment as well, whatever that ends in."""
    assert _flows("const p = path.resolve(ROOT, d); // Within the root.\n  validatePath(p);\n  fs.readFileSync(p);")
    assert not _flows("const p = path.resolve(ROOT, d); // Within the root.\n  await validatePath(p);\n  fs.readFileSync(p);")

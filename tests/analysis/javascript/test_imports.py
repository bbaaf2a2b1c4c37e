"""What a walk looks at beyond its own document, and what it remembers of it."""

from __future__ import annotations

import gc

import pytest

from sentinel.analysis.javascript.gate import heat_of
from sentinel.analysis.javascript.modules import Module
from sentinel.analysis.javascript.values import Record, Scope
from sentinel.analysis.javascript.walker import Walker
from sentinel.model.document import Document, Language, Role
from sentinel.model.flow import Flow, SinkKind
from tests.analysis.javascript.tree import Tree, lines_of

_ENTRY = "import { word } from './word';\nconsole.log(word);\n"
_WORD = "export const word = 'a';\n"


@pytest.mark.parametrize(("roles", "expected"), [(frozenset(), ["entry.ts", "word.ts"]), (frozenset({Role.TEST}), ["entry.ts"])])
def test_tests_are_walked_without_their_imports(roles: frozenset[Role], expected: list[str]) -> None:
    """The modules that a test imports are walked in their own turn, not once more for each test."""
    tree = Tree({"entry.ts": _ENTRY, "word.ts": _WORD})
    walker = Walker(Document("entry.ts", _ENTRY.encode(), Language.TYPESCRIPT, roles=roles), tree)
    list(walker.run())
    assert expected == sorted(walker.modules)


def test_heat_outlives_its_document() -> None:
    """The heat of a module that was read anew is the one that was measured before, for the same workspace alone."""
    text = "import { exec } from 'child_process';\nexport const run = (a) => exec(a);\n"
    tree, other = Tree({"run.ts": text}), Tree({"run.ts": text})
    first, again = (Document("run.ts", text.encode(), Language.TYPESCRIPT) for _ in range(2))
    assert heat_of(first, tree) is heat_of(again, tree)
    assert heat_of(first, tree) is not heat_of(first, other)


def test_a_walk_leaves_nothing_behind() -> None:
    """What a walk made goes when the walk does, without the collector of cycles."""
    text = """
    import { helper } from './helper';
    class Box { constructor(a) { this.a = a; } run(c) { return helper(c, () => this.a); } }
    const box = new Box({ name() { return 'x'; }, get other() { return 1; } });
    export const go = (req) => box.run(req.query.c);
    export function again(n) { return n > 1 ? again(n - 1) : box; }
    """
    tree = Tree(
        {"entry.ts": text, "helper.ts": "import { exec } from 'child_process';\nexport const helper = (c, f) => exec(c + f());\n"}
    )
    document = tree.read("entry.ts")
    assert document is not None
    walker = Walker(document, tree)
    gc.collect()
    gc.disable()
    try:
        assert [item for item in walker.run() if isinstance(item, Flow)]
        del walker
        assert [type(one) for one in gc.get_objects() if isinstance(one, (Walker, Module, Scope, Record))] == []
    finally:
        gc.enable()


def test_programs_are_let_go_by_size() -> None:
    """Programs and trees of the documents walked last are kept up to a size of their source, older ones are not."""
    text = "import { exec } from 'child_process';\nexport const run = (a) => exec(a);\n"
    tree = Tree({f"{name}.ts": text + "// a line\n" * (15 << 10) for name in "abcd"})
    documents = [document for name in "abcd" if (document := tree.read(f"{name}.ts")) is not None]
    for document in documents:
        list(Walker(document, tree).run())
    assert [sorted({"javascript-program", "syntax"} & set(document.cache)) for document in documents] == [
        [],
        [],
        ["javascript-program", "syntax"],
        ["javascript-program", "syntax"],
    ]


def test_what_others_import_keeps_no_import_of_the_document_out() -> None:
    """An address that a function of the last module puts behind a path of the program's own is no redirect elsewhere."""
    texts = {
        "a.ts": "import './m0'; import { to } from './to'; import './m1';\nimport { redirect } from 'next/navigation';\n"
        "export const GET = wrap(async (request) => { const q = new URL(request.url).searchParams.get('q');\n"
        "  first(); redirect(to('/a', q)); });\nimport { first } from './m0';\n",
        "to.ts": "export function to(base, q) { return q ? `${base}?q=${q}` : base; }\n",
    }
    for at in range(40):
        texts[f"m{at}.ts"] = f"import {{ first as next }} from './m{at + 1}';\nexport function first() {{ return next(); }}\n"
    assert lines_of(texts, SinkKind.REDIRECT) == []

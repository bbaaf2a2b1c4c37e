"""Packages that are folders alone, and the modules in them."""

from __future__ import annotations

import pytest

from tests.analysis.python.workspace import found, told

_HANDLER = "import os\nfrom flask import Flask, request\napp = Flask('x')\n@app.get('/')\ndef f():\n    q = request.args['q']\n"


@pytest.mark.parametrize(
    "imported", ["import pack.inner.wrap", "import pack.other\n    import pack.inner.wrap", "import pack.inner.wrap as pack_wrap"]
)
def test_module_of_a_folder(imported: str) -> None:
    """A package that is a folder alone holds the modules in it, wherever they are imported."""
    name = "pack_wrap" if " as " in imported else "pack.inner.wrap"
    wrap = "class Wrap:\n    def __init__(self, request):\n        self.request = request\n    def get(self, name):\n"
    wrap += "        return self.request.args.get(name)\n    def fixed(self, name):\n        return 'a'\n"
    head = "import os\nfrom flask import Flask, request\napp = Flask('x')\n"
    text = f"@app.get('/')\ndef f():\n    {imported}\n    w = {name}.Wrap(request)\n"
    text += "    os.system(w.get('q'))\n    os.system(w.fixed('q'))\n"
    files = {"pack/inner/wrap": wrap, "pack/other": "x = 1\n"}
    lines = [flow.sink.span.start_line for flow in found(head + text, **files) if flow.source.kind.value == "http-request"]
    assert [8 + imported.count("\n")] == lines


def test_class_of_a_module_by_a_name_that_is_not_known() -> None:
    """One of the classes of a module is made where nobody knows which."""
    things = "import configparser\nimport pack.things\ndef make():\n    c = configparser.ConfigParser()\n    c.read('a.ini')\n"
    things += "    made = getattr(pack.things, c.get('a', 'b', fallback='One'))\n    return made()\n"
    things += "class One:\n    def do(self, x):\n        return x\n"
    text = _HANDLER + "    import pack.things\n    os.system(pack.things.make().do(q))\n"
    assert [("http-request", "shell", 8)] == told(text, **{"pack/things": things})

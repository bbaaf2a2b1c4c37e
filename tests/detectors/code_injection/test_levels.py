"""What a rule on flows says less loudly, because of who chose the data or what it is called."""

from __future__ import annotations

import pytest

from tests.detectors.scanned import findings, said

_OPTION = "import os\nimport subprocess\nimport click\n\n@click.command()\n@click.option('--{0}')\ndef main({0}):\n    {1}\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param(
            _OPTION.format("editor", "subprocess.run([editor, 'notes.txt'])"),
            [("program-choice", "note", 8)],
            id="an option that asks for an editor",
        ),
        pytest.param(
            _OPTION.format("title", "subprocess.run([title, 'notes.txt'])"),
            [("program-choice", "warning", 8)],
            id="an option that asks for a title",
        ),
        pytest.param(
            _OPTION.format("command", "subprocess.run(command, shell=True)"),
            [("shell-command", "note", 8)],
            id="an option that is the whole command",
        ),
        pytest.param(
            _OPTION.format("command", "os.system('nice ' + command + ' | tee log')"),
            [("shell-command", "warning", 8)],
            id="an option that is a part of a command",
        ),
        pytest.param(
            "import os, sys\n\nos.system(sys.argv[1])\n", [("shell-command", "warning", 3)], id="an argument of the command line"
        ),
        pytest.param(
            "import os\n\nos.system('ls ' + os.environ['DIRECTORY'])\n",
            [("shell-command", "note", 3)],
            id="a variable of the process",
        ),
    ],
)
def test_choice_that_is_offered_is_a_note(text: str, told: list[tuple[str, str, int]]) -> None:
    """Whoever runs a program may be asked what it runs; what an argument joins into a line for a shell stays a
    warning, what its environment joins is a note."""
    assert told == said(findings("code-injection", "app.py", text))


@pytest.mark.parametrize(
    ("text", "level"),
    [
        pytest.param("def find(db, name):\n    db.execute(f\"SELECT a FROM t WHERE n = '{name}'\")\n", "warning", id="a value"),
        pytest.param(
            "def find(db, where):\n    db.execute(f'SELECT a FROM t WHERE {where}')\n", "note", id="a part of a statement"
        ),
        pytest.param("def explain(db, sql):\n    db.execute('EXPLAIN ' + sql)\n", "note", id="a statement"),
        pytest.param("def count(db, table):\n    db.execute(f'SELECT 1 FROM {table} LIMIT 1')\n", "note", id="the name of a table"),
        pytest.param("def count(db, text):\n    db.execute(f'SELECT 1 FROM {text} LIMIT 1')\n", "warning", id="a text as a table"),
        pytest.param(
            "class Store:\n    def open(self, db):\n        db.execute(f\"PRAGMA cache_size=-{self.setting('cache')}\")\n",
            "note",
            id="a setting of the object",
        ),
        pytest.param(
            "from made import count_sql\n\ndef count(db):\n    db.execute(count_sql('a') + ' LIMIT 1')\n", "note", id="SQL made"
        ),
    ],
)
def test_sql_by_name_is_a_note(text: str, level: str) -> None:
    """What is called SQL, a name in a statement or a setting is told as a note; a value of unknown origin as a warning."""
    assert [("untracked-sql", level)] == [
        (name, said_level) for name, said_level, _ in said(findings("code-injection", "app.py", text))
    ]


@pytest.mark.parametrize(
    ("path", "level"),
    [
        pytest.param("src/store.py", "warning", id="in the program"),
        pytest.param("scripts/release.py", "note", id="in a script of the project"),
        pytest.param("packages/web/scripts/release.py", "note", id="in a script of one package"),
    ],
)
def test_scripts_of_the_project_are_notes(path: str, level: str) -> None:
    """A function of a script that builds or publishes the project has no other callers than who works on it."""
    text = "import os\n\ndef tag(name):\n    os.system('git tag ' + name)\n"
    assert [("untracked-command", level, 4)] == said(findings("code-injection", path, text))


@pytest.mark.parametrize(
    ("text", "level"),
    [
        pytest.param("export function f(el, text) { el.innerHTML = `<b>${text}</b>`; }", "warning", id="a text of an exported one"),
        pytest.param("function f(el, userInput) { el.innerHTML = userInput; }", "warning", id="what a person typed"),
        pytest.param("export function f(el, form) { el.innerHTML = '<i>' + form.input; }", "warning", id="a field that was filled"),
        pytest.param("function f(el, text) { el.innerHTML = text; }", "note", id="a text of a function of the file's own"),
        pytest.param("export function f(el, html) { el.innerHTML = html; }", "note", id="markup by its name"),
        pytest.param("export function f(el, children) { el.innerHTML = children; }", "note", id="parts of a page"),
        pytest.param(
            "export function f(el, name) { el.innerHTML = t.replace(/__NAME__/g, name); }", "note", id="a name of a field"
        ),
    ],
)
def test_parameters_that_are_texts_become_markup(text: str, level: str) -> None:
    """A parameter that becomes markup is a warning where its name says that it is a person's text, else a note."""
    assert [("html-markup", level, 1)] == said(findings("code-injection", "a.js", text + "\n"))

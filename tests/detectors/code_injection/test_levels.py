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
            [("program-choice", "note", 8)],
            id="an option that asks for a title",
        ),
        pytest.param(
            _OPTION.format("command", "subprocess.run(command, shell=True)"),
            [("shell-command", "note", 8)],
            id="an option that is the whole command",
        ),
        pytest.param(
            _OPTION.format("command", "os.system('nice ' + command + ' | tee log')"),
            [("shell-command", "note", 8)],
            id="an option that is a part of a command",
        ),
        pytest.param(
            "import os, sys\n\nos.system(sys.argv[1])\n", [("shell-command", "warning", 3)], id="an argument of the command line"
        ),
        pytest.param(
            "import os\n\nos.system('ls ' + os.environ['DIRECTORY'])\n",
            [("shell-command", "warning", 3)],
            id="a variable of the process",
        ),
        pytest.param(
            "import os\n\nos.system(os.environ.get('EDITOR', 'vi') + ' notes.txt')\n",
            [("shell-command", "note", 3)],
            id="a variable that names a program",
        ),
    ],
)
def test_choice_that_is_offered_is_a_note(text: str, told: list[tuple[str, str, int]]) -> None:
    """Whoever runs a program may be asked what it runs; what is typed and joined into a line for a shell unseen stays a warning."""
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
        pytest.param("def index(db, text):\n    db.execute(f'CREATE INDEX i_{text} ON a (b)')\n", "note", id="a definition"),
        pytest.param("def find(db, text):\n    db.execute('SELECT a FROM t WHERE n = ' + text)\n", "warning", id="a joined value"),
        pytest.param(
            "def find(db, table, word):\n    db.execute(f\"SELECT a FROM {table} WHERE n = '{word}'\")\n", "warning", id="both"
        ),
        pytest.param("def find(db, what):\n    db.execute('SELECT ' + what + ' FROM t')\n", "note", id="a joined column"),
        pytest.param("def find(db, text):\n    db.execute('SELECT a FROM t WHERE n = %s' % text)\n", "warning", id="a value"),
        pytest.param("def find(db, text):\n    db.execute(f'INSERT INTO t (a) VALUES ({text})')\n", "warning", id="a row"),
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


@pytest.mark.parametrize(
    ("text", "level"),
    [
        pytest.param("func dial(c C) {\n\tuse(tls.Config{InsecureSkipVerify: true})\n}\n", "error", id="always"),
        pytest.param(
            "func dial(c C) {\n\tif c.ignoreTLSErrors {\n\t\tuse(tls.Config{InsecureSkipVerify: true})\n\t}\n}\n",
            "note",
            id="where a setting says so",
        ),
        pytest.param(
            "func SetInsecureSkipVerify() {\n\tuse(tls.Config{InsecureSkipVerify: true})\n}\n",
            "note",
            id="in a function that is called so",
        ),
        pytest.param(
            'func dial(c C) {\n\tswitch c.mode {\n\tcase "no-verify":\n\t\tuse(tls.Config{InsecureSkipVerify: true})\n\t}\n}\n',
            "note",
            id="in a case of a setting",
        ),
        pytest.param(
            "func disableVerification() {\n\tuse(tls.Config{InsecureSkipVerify: true})\n}\n",
            "error",
            id="in a function that a start calls",
        ),
    ],
)
def test_certificates_that_a_setting_leaves_unverified_are_a_note(text: str, level: str) -> None:
    """Verification that is off by a switch of whoever runs the program is a note."""
    said_of = said(findings("code-injection", "a.go", "package a\n\n" + text))
    assert [("tls-verification-off", level)] == [(name, told) for name, told, _ in said_of]


_TABLES = """class Store:
    def drop(self, pool):
        tbl = self._full_table_name()
        sql = f"DROP TABLE IF EXISTS {tbl}"
        pool.execute(sql)

    def find(self, cursor, key):
        statement = f"SELECT 1 FROM {self.table} WHERE k = '{key()}'"
        cursor.execute(statement)
        statement = f"SELECT 1 FROM {self.table} WHERE k = '{full_name()}'"
        cursor.execute(statement)
"""
_SOCKET = "{}\nexport const socket = io(address, {{ rejectUnauthorized: false }});\n"
_BUILDER = "import jinja2\n\n\ndef {0}({1}):\n    return jinja2.Template({1})\n"
_MAKER = "import random\n\n\ndef generate_nonce():\n    nonce = ''.join(random.choices('abc', k=9))\n    {}\n    return nonce\n"
_PROMPT = "const render = Handlebars.compile(text, {{ noEscape: true }});\n{}\n"
_DECODED = "import jwt\n\n\ndef {}(text):\n    told = jwt.decode(text, options={{'verify_signature': False}})\n    return told{}\n"


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        pytest.param(
            "a.py",
            "import os\n\n\ndef act(connection):\n    connection.execute('ATTACH ' + os.environ['DATABASE'])\n",
            [("sql-text", "note", 5)],
            id="a variable of the process in a statement",
        ),
        pytest.param(
            "a.js", "const { exec } = require('child_process');\nexec('git show ' + process.env.BASE);\n",
            [("shell-command", "note", 2)], id="the environment of a script in JavaScript",
        ),
        pytest.param(
            "a.js", "const { exec } = require('child_process');\nexec('git show ' + process.argv[2]);\n",
            [("shell-command", "warning", 2)], id="the command line of a script in JavaScript",
        ),
        pytest.param("a.sh", 'LINE="run $1"\neval $LINE\n', [("shell-command", "note", 2)], id="an argument of a shell script"),
        pytest.param(
            "a.py", _TABLES, [("untracked-sql", "note", 5), ("untracked-sql", "warning", 9), ("untracked-sql", "warning", 11)],
            id="names of tables, and values"
        ),
        pytest.param(
            "a.ts", _PROMPT.format("export const chat = (prompt) => render({ prompt });"), [("escaping-switched-off", "note", 1)],
            id="a template for a model",
        ),
        pytest.param(
            "a.ts", _PROMPT.format("export const page = (name) => `<p>${render({ name })}</p>`;"),
            [("escaping-switched-off", "warning", 1)], id="a template for a page",
        ),
        pytest.param(
            "a.py", 'import re\n\nLINE = re.compile(r"^(?:a+)+$")\n', [("backtracking-pattern", "warning", 3)], id="what explodes"
        ),
        pytest.param(
            "a.py", 'import re\n\nLINE = re.compile(r"^\\s*(.*?)\\s*$")\n', [("backtracking-pattern", "note", 3)], id="what is slow"
        ),
        pytest.param(
            "a.py", _BUILDER.format("build", "text"),
            [("untracked-template", "warning", 5)], id="a template of a parameter",
        ),
        pytest.param(
            "a.py", _BUILDER.format("build", "row_template"),
            [("untracked-template", "note", 5)], id="a template of a parameter that asks for one",
        ),
        pytest.param(
            "a.py", _BUILDER.format("_built", "template"),
            [("untracked-template", "note", 5)], id="a template of a private function that asks for one",
        ),
        pytest.param(
            "a.py",
            "import jinja2\n\n\nclass Builder:\n    def __init__(self, template):\n        self.made = jinja2.Template(template)\n",
            [("untracked-template", "warning", 6)], id="a template that a library takes from whoever uses it",
        ),
        pytest.param(
            "a.py", _BUILDER.format("build", "template_title"),
            [("untracked-template", "warning", 5)], id="a template of a parameter that belongs to one",
        ),
        pytest.param(
            "a.py",
            "from jinja2 import Environment\nfrom jinja2.sandbox import SandboxedEnvironment\n\n\n"
            "def made() -> Environment:\n    return SandboxedEnvironment()\n\n\n"
            "def build(env: Environment, text):\n    return env.from_string(text)\n",
            [("untracked-template", "note", 10)], id="a template of an environment that is a sandbox elsewhere",
        ),
        pytest.param(
            "a.ts",
            "import Database from 'better-sqlite3';\n\nexport class Store {\n  private table: string;\n"
            "  constructor(private db: Database.Database, options: { tablePrefix: string; key: string }) {\n"
            "    this.table = `${options.tablePrefix}_notes`;\n    this.key = options.key;\n  }\n"
            "  clear() {\n    this.keep(`DELETE FROM ${this.table}`);\n  }\n"
            "  find() {\n    this.run(`SELECT v FROM t WHERE k = '${this.key}'`);\n  }\n"
            "  private keep(sql: string) {\n    this.db.prepare(sql).run();\n  }\n"
            "  private run(sql: string) {\n    this.db.prepare(sql).run();\n  }\n}\n",
            [("untracked-sql", "note", 16), ("untracked-sql", "warning", 19)], id="the prefix of tables, and a value, of an object",
        ),
        pytest.param(
            "a.py", "class S:\n    def f(self, db):\n        db.execute('SELECT 1 FROM {t}'.format(t=self.marker()))\n",
            [("untracked-sql", "note", 3)], id="the name of a table, filled in",
        ),
        pytest.param(
            "a.py",
            "class S:\n    def f(self, db, values):\n        sql = 'SELECT a FROM t WHERE ' + self.where()\n"
            "        db.execute(sql, values)\n        db.execute(sql)\n",
            [("untracked-sql", "note", 4), ("untracked-sql", "warning", 5)], id="a statement whose values are bound",
        ),
        pytest.param(
            ".ci/config.php", "<?php\n$options = ['verify_peer' => false];\n", [("tls-verification-off", "note", 2)],
            id="settings of a test",
        ),
        pytest.param(
            "a.tsx", _SOCKET.format("import React from 'react';\nimport { io } from 'socket.io-client';"),
            [("tls-verification-off", "note", 3)], id="a page's connection",
        ),
        pytest.param(
            "a.tsx", _SOCKET.format("import React from 'react';\nimport https from 'https';"),
            [("tls-verification-off", "error", 3)], id="the connection of what renders on a server",
        ),
        pytest.param(
            "a.py", _MAKER.format("page = nonce"), [("weak-random", "note", 5)], id="a nonce of nothing",
        ),
        pytest.param(
            "a.py", _MAKER.format("header = 'script-src nonce-' + nonce"),
            [("weak-random", "warning", 5)], id="a nonce of a page's policy",
        ),
        pytest.param(
            "db/seeds/users.ts", "export const token = Math.random().toString(36);\n", [("weak-random", "note", 1)],
            id="what fills a data base for development",
        ),
        pytest.param(
            "a.py", "import requests\n\nPAYLOADS = ['http://127.0.0.1', 'http://169.254.169.254/latest/meta-data/']\n",
            [("metadata-address", "note", 3)], id="an address to try with",
        ),
        pytest.param(
            "a.py", "import hashlib\n\n\ndef _index_name(table):\n    return hashlib.sha1(table.encode()).hexdigest()\n",
            [("weak-hash", "note", 5)], id="the hash of a name",
        ),
        pytest.param(
            "a.js",
            "function f(config) {\n  if (config['allow-self-signed']) {\n    o = { rejectUnauthorized: false };\n  }\n}\n",
            [("tls-verification-off", "note", 3)], id="a switch of the administrator",
        ),
        pytest.param(
            "a.py", "import hashlib\n\n\ndef mixed(data):\n    return hashlib.md5(data).hexdigest()\n", [("weak-hash", "note", 5)],
            id="a hash in a function that tells of no secret",
        ),
        pytest.param(
            "a.py", "import hashlib\n\n\ndef mixed(password):\n    return hashlib.md5(password).hexdigest()\n",
            [("weak-hash", "warning", 5)], id="a hash in a function that tells of a secret",
        ),
        pytest.param(
            "a.py",
            "def f(db, table_name, term):\n    db.execute(f\"SELECT a FROM {table_name} WHERE n LIKE '%{term}%'\")\n",
            [("untracked-sql", "warning", 2)], id="a name and a value in one statement",
        ),
        pytest.param(
            "password_hashers.py", "import hashlib\n\n\ndef mixed(data):\n    return hashlib.md5(data).hexdigest()\n",
            [("weak-hash", "warning", 5)], id="a hash in a file that is about passwords",
        ),
        pytest.param(
            "vendor/owner/a.py", "import hashlib\n\n\ndef mixed(password):\n    return hashlib.md5(password).hexdigest()\n",
            [("weak-hash", "note", 5)], id="a hash in a copy of published code",
        ),
        pytest.param(
            "vendor/owner/a.py", "from Crypto.Cipher import DES\n\ncipher = DES.new(key, DES.MODE_CBC)\n",
            [("weak-cipher", "note", 3)], id="a cipher in a copy of published code",
        ),
        pytest.param("a.py", _DECODED.format("ends", "['exp']"), [("jwt-verification-off", "warning", 5)], id="when a token ends"),
        pytest.param("a.py", _DECODED.format("who", "['sub']"), [("jwt-verification-off", "error", 5)], id="whose a token is"),
    ],
)  # fmt: skip
def test_what_is_done_with_it_decides(path: str, text: str, expected: list[tuple[str, str, int]]) -> None:
    """The level follows from who chooses the data, and from what becomes of it."""
    assert expected == said(findings("code-injection", path, text))


_APPROVED = """on: pull_request_target
jobs:
  approval:
    runs-on: ubuntu-latest
    {0}
    steps:
      - run: echo yes
  test:
    needs: approval
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with:
          ref: ${{{{ github.event.pull_request.head.sha }}}}
      - run: npm test
"""


@pytest.mark.parametrize(
    ("stands_in", "level"),
    [
        pytest.param("environment: review", "warning", id="in an environment"),
        pytest.param("timeout-minutes: 5", "error", id="in none"),
    ],
)
def test_job_that_waits_for_a_job_in_an_environment_is_asked_for(stands_in: str, level: str) -> None:
    """Where a job that is needed stands in an environment, somebody may have agreed before the head is run."""
    found = findings("code-injection", ".github/workflows/a.yml", _APPROVED.format(stands_in))
    assert [("workflow-untrusted-checkout", level)] == [(name, told) for name, told, _ in said(found)]


@pytest.mark.parametrize(
    ("text", "level"),
    [
        pytest.param("import hashlib\n\nsalt = 1\nmd5 = hashlib.md5(data).hexdigest()\n", "warning", id="alone"),
        pytest.param(
            "import hashlib\n\nmd5 = hashlib.md5(data).hexdigest()\nsha256 = hashlib.sha256(data).hexdigest()\n",
            "note",
            id="beside a strong one",
        ),
    ],
)
def test_one_of_several_digests_of_the_same_bytes_is_a_note(text: str, level: str) -> None:
    """Who writes down several digests of the same bytes identifies a file."""
    assert [("weak-hash", level)] == [(name, told) for name, told, _ in said(findings("code-injection", "a.py", text))]


@pytest.mark.parametrize(
    ("call", "level"),
    [
        pytest.param("fs.mkdirSync(d, { recursive: true })", "warning", id="a folder"),
        pytest.param("fs.ensureDir(d)", "warning", id="a folder of fs-extra"),
        pytest.param("fs.writeFileSync(d, 'x')", "error", id="a file"),
    ],
)
def test_folder_that_is_made_harms_less_than_a_file(call: str, level: str) -> None:
    """To choose where a folder is made does less than to choose which file is written, under whatever name it is made."""
    text = (
        'import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js"; import { z } from "zod"; import fs from "fs-extra";\n'
        'const server = new McpServer({ name: "x", version: "1" });\n'
        f"server.tool('t', {{ d: z.string() }}, async ({{ d }}) => {{ {call}; return {{ content: [] }}; }});\n"
    )
    assert [("path-traversal", level)] == [(name, told) for name, told, _ in said(findings("code-injection", "a.ts", text))]


@pytest.mark.parametrize(
    ("text", "level"),
    [
        pytest.param("from hashlib import md5\n\ndef keep(password):\n    return md5(password)\n", "warning", id="for passwords"),
        pytest.param(
            "from hashlib import md5, sha1, sha256, sha512\n\ndef crack(password):\n    return md5(password)\n", "note",
            id="one of many schemes",
        ),
        pytest.param(
            "from hashlib import md5\n\ndef check(password):\n    return b'$apr1$' + md5(password).digest()\n", "note",
            id="a scheme by its mark",
        ),
    ],
)  # fmt: skip
def test_a_scheme_that_others_chose_is_a_note(text: str, level: str) -> None:
    """A hash that a file implements beside others, or for a format that exists, is not its author's choice."""
    assert [level] == [found.level.value for found in findings("code-injection", "app.py", text)]


@pytest.mark.parametrize(
    ("command", "level"),
    [("checkout", "warning"), ("reset", "warning"), ("clone", "error"), ("diff", "error"), ("log", "error")],
)
def test_commands_of_git_that_start_nothing_weigh_less(command: str, level: str) -> None:
    """An option of `git checkout` loses work at most; one of `git clone` starts a program, one of `git diff` writes a file."""
    text = (
        "import subprocess\nfrom mcp.server.fastmcp import FastMCP\nmcp = FastMCP('a')\n\n@mcp.tool()\ndef act(text: str) -> str:\n"
        f"    return subprocess.run(['git', '{command}', text], capture_output=True, text=True).stdout\n"
    )
    assert [("option-in-arguments", level, 7)] == said(findings("code-injection", "server.py", text))


def test_evaluation_in_foreign_code_is_a_note() -> None:
    """What a bundle evaluates is somebody else's program."""
    text = "export function run(a) { return new Function('x', 'return ' + a)(1) }\n"
    assert [("untracked-evaluation", "warning", 1)] == said(findings("code-injection", "src/a.js", text))
    bundled = f"var b='{'ab ' * 500}';{text}"
    assert [("untracked-evaluation", "note", 1)] == said(findings("code-injection", "dist/assets/a.js", bundled))


@pytest.mark.parametrize(
    ("condition", "level"),
    [
        pytest.param("false", "note", id="false"),
        pytest.param("${{ false && github.actor == 'a' }}", "note", id="false and more"),
        pytest.param("${{ false || always() }}", "error", id="false or more"),
    ],
)
def test_a_job_that_never_runs_is_a_note(condition: str, level: str) -> None:
    """A script whose job has a condition that no event fulfils does nothing today."""
    script = "echo ${{ github.event.issue.title }}"
    text = f"on: issues\njobs:\n  a:\n    if: {condition}\n    steps:\n      - run: {script}\n"
    told = [one for one in said(findings("code-injection", ".github/workflows/a.yml", text)) if one[0] == _PASTED]
    assert [(_PASTED, level, 6)] == told


_PASTED = "workflow-expression-in-script"


@pytest.mark.parametrize(
    ("flags", "level"),
    [
        pytest.param("secure=True, httponly=True", "note", id="nothing of `SameSite`"),
        pytest.param("secure=True", "warning", id="nothing of `HttpOnly` either"),
        pytest.param("secure=False, httponly=True", "warning", id="`Secure` switched off"),
    ],
)
def test_cookie_without_same_site_is_a_note(flags: str, level: str) -> None:
    """Most browsers take a missing `SameSite` for `Lax`, and none makes up for the others."""
    text = f"def view(response):\n    response.set_cookie('session', token, {flags})\n"
    assert [("insecure-cookie", level, 2)] == said(findings("code-injection", "a.py", text))


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("w({ webPreferences: { nodeIntegration: true, contextIsolation: false } });", "error"),
        ("w({ webPreferences: { contextIsolation: false } });", "warning"),
        ("w({ webPreferences: { webSecurity: false } });", "warning"),
        ("w({ webPreferences: { nodeIntegration: true } });", "note"),
        ("if (isDev) w({ webPreferences: { webSecurity: false } });", "note"),
    ],
)
def test_rights_of_a_page_of_electron(text: str, level: str) -> None:
    """Node in a page without isolation is worst; what isolation keeps from the page, or development asks for, is a note."""
    assert [("electron-isolation-off", level, 1)] == said(findings("code-injection", "a.ts", text + "\n"))

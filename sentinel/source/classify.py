"""What a file is, from its path and first bytes: its language, and its roles in the project.

Names are compared without regard to case, because the file systems that most agents run on do the same.
"""

from __future__ import annotations

from functools import lru_cache

from sentinel.model.document import Language, Role
from sentinel.model.expression import expression

_BY_SUFFIX = {
    suffix: language
    for language, suffixes in {
        Language.PYTHON: "py pyi pyw pyx wsgi",
        Language.JAVASCRIPT: "js mjs cjs jsx es6",
        Language.TYPESCRIPT: "ts mts cts",
        Language.TSX: "tsx",
        Language.GO: "go",
        Language.JAVA: "java",
        Language.CSHARP: "cs csx",
        Language.RUBY: "rb rake gemspec ru",
        Language.PHP: "php phtml php5 php7",
        Language.RUST: "rs",
        Language.SHELL: "sh bash zsh ksh fish command",
        Language.JSON: "json jsonc json5 jsonl ipynb map webmanifest code-workspace har",
        Language.YAML: "yml yaml",
        Language.TOML: "toml",
        Language.INI: "ini cfg conf properties npmrc pypirc cnf",
        Language.DOTENV: "env",
        Language.MARKDOWN: "md mdx mdc markdown mkd",
        Language.HTML: "html htm xhtml vue svelte astro",
        Language.DOCKERFILE: "dockerfile containerfile",
    }.items()
    for suffix in suffixes.split()
}
_BY_NAME = {
    name: language
    for language, names in {
        Language.PYTHON: "sconstruct sconscript wscript",
        Language.RUBY: "gemfile rakefile podfile vagrantfile brewfile fastfile",
        Language.SHELL: ".bashrc .bash_profile .zshrc .profile .zprofile .envrc pkgbuild",
        Language.JSON: "bun.lock composer.lock pipfile.lock flake.lock .babelrc .eslintrc .prettierrc .jshintrc .mcprc",
        Language.TOML: "pipfile poetry.lock uv.lock pdm.lock cargo.lock",
        Language.INI: ".npmrc .pypirc .gitconfig .editorconfig .gitmodules .flake8 .netrc .pylintrc credentials pip.conf",
        Language.YAML: ".clang-format .yamllint .condarc",
        Language.DOCKERFILE: "dockerfile containerfile",
        Language.MARKDOWN: ".cursorrules .windsurfrules .clinerules .roorules .goosehints",
    }.items()
    for name in names.split()
}
_INTERPRETERS = (
    (b"python", Language.PYTHON),
    (b"pypy", Language.PYTHON),
    (b"uv run", Language.PYTHON),
    (b"node", Language.JAVASCRIPT),
    (b"bun", Language.JAVASCRIPT),
    (b"deno", Language.TYPESCRIPT),
    (b"ts-node", Language.TYPESCRIPT),
    (b"tsx", Language.TYPESCRIPT),
    (b"ruby", Language.RUBY),
    (b"php", Language.PHP),
    (b"sh", Language.SHELL),
)
_KEPT_COPY = expression(
    r"\.\w{1,5}[._-]?(?:(?:backup|bak|orig)(?:[._-][\w.-]*|\d*)|(?:old|save|copy)(?:[._-]?\d[\w.-]*)?)$|"
    r"\.\w{1,5}~$"
)
"""A copy that an editor or a careful person left beside the program (`server.js.backup-20250818`): nothing runs it, and all it does
is told of the original."""
_BINARY_SUFFIXES = frozenset(
    "png jpg jpeg gif bmp ico icns webp avif tif tiff psd heic mp3 mp4 m4a m4v mov avi mkv webm ogg oga ogv wav flac "
    "woff woff2 ttf otf eot zip gz tgz bz2 xz zst 7z rar tar jar war ear whl egg nupkg pdf doc docx xls xlsx ppt pptx "
    "odt ods exe dll so dylib a o obj lib class pyc pyo pyd wasm node bin dat db sqlite sqlite3 parquet npy npz pkl pt "
    "onnx gguf safetensors h5 pb lockb glb fbx blend swf mo keystore jks".split()
)

_TEST_FOLDERS = frozenset(
    "test tests __tests__ spec specs __specs__ e2e fixtures __fixtures__ fixture testdata test-data test_data testing __mocks__ "
    "mocks __snapshots__ tests-e2e cypress integration-test test-server test-servers test_server test_servers test-utils "
    "test_utils test-helpers test_helpers test-apps test-suites cassettes molecule unittest unittests unit-test unit_test "
    "integration_test functional-test functional_test acceptance-test acceptance_test regression-test regression_test".split()
)
_EXAMPLE_FOLDERS = frozenset(
    "example examples demo demos sample samples tutorial tutorials cookbook cookbooks playground playgrounds quickstart "
    "quickstarts snippets showcase".split()
)
_DOCUMENTATION_FOLDERS = frozenset("doc docs documentation doc_src docs_src doc-src docs-src".split())
_TEST_NAMES = frozenset(
    f"{stem}.{suffix}"
    for stem in ("test", "tests", "spec", "specs", "fixture", "fixtures", "mock", "mocks")
    for suffix in ("py", "js", "mjs", "cjs", "jsx", "ts", "mts", "tsx", "rb", "php")
)
"""Whole files of an application: its tests, as in Django, and what they are fed with."""
_SCRIPT_ENDINGS = (".js", ".mjs", ".cjs", ".ts", ".mts", ".py", ".sh")
"""Of what runs: a text that is called `test-...` may as well be about testing."""
_TEST_ENDINGS = ("-tests", "_tests")
"""Of the name of a folder: `browser-integration-tests`. What begins with `test-` or ends with `-test` may as well be about testing
(`skills/test-driven-development`, `tools/load-test`)."""
_VENDORED_FOLDERS = frozenset(
    "node_modules vendor vendors third_party third-party thirdparty site-packages dist-packages bower_components jspm_packages "
    ".yarn .venv venv pods _vendor _vendored vendored".split()
)
_SERVED_FOLDERS = frozenset("public static assets plugins lib libs js javascripts www htdocs external contrib resources".split())
_RELEASE = expression(r"[a-z][\w.]*(?:-[a-z][\w.]*)*-\d+\.\d+\.\d+")
"""The folder of a library as it was released, which is somebody else's when it lies where a site keeps what it serves
(`public/plugins/codemirror-5.17.0`); a tree under scan may be such a folder itself."""
_DOCUMENTATION_SUFFIXES = frozenset("md mdx markdown mkd rst txt adoc asciidoc".split())

_INSTRUCTION_NAMES = frozenset(
    "claude.md claude.local.md agents.md agent.md agents.override.md gemini.md skill.md codex.md qwen.md warp.md crush.md "
    "copilot-instructions.md .cursorrules .windsurfrules .clinerules .roorules .goosehints .rules llms.txt "
    "llms-full.txt conventions.md system_prompt.md system-prompt.md".split()
)
_INSTRUCTION_SUFFIXES = (
    ".mdc", ".prompt.md", ".instructions.md", ".chatmode.md", ".agent.md", ".prompty", ".prompt", ".skill.md",
)  # fmt: skip
_AGENT_FOLDERS = frozenset(
    ".claude .cursor .windsurf .clinerules .cline .roo .continue .codex .gemini .opencode .kiro .amazonq .augment .junie .trae "
    ".agents .agent .qwen .goose .factory .kilocode".split()
)
_INSTRUCTION_PARENTS = frozenset(
    "commands agents skills rules prompts subagents workflows steering chatmodes modes memories".split()
)
_PLUGIN_PARENTS = frozenset("commands agents subagents".split())
_INSTRUCTION_TEXTS = frozenset("md mdx mdc txt markdown".split())

_AGENT_CONFIG_NAMES = frozenset(
    ".mcp.json mcp.json mcp.yaml mcp.yml mcp.toml mcp_config.json mcp-config.json mcp_settings.json mcp-settings.json mcp.jsonc "
    "claude_desktop_config.json cline_mcp_settings.json .claude.json .mcprc opencode.json opencode.jsonc mcpservers.json "
    "mcp-servers.json mcp_servers.json servers.mcp.json smithery.yaml smithery.json server.json manifest.mcp.json hooks.json "
    "plugin.json marketplace.json devcontainer.json .devcontainer.json librechat.yaml .aider.conf.yml gemini-extension.json "
    "fastmcp.json .goose.yaml crush.json .crush.json amp.json mcphub.json".split()
)
_AGENT_CONFIG_TAILS = frozenset(
    ".vscode/tasks.json .vscode/settings.json .vscode/launch.json .vscode/mcp.json .gemini/settings.json .codex/config.toml "
    ".claude/settings.json .claude/settings.local.json .cursor/mcp.json .cursor/hooks.json .cursor/environment.json "
    ".cursor/cli.json .cursor/permissions.json .zed/settings.json .zed/tasks.json .continue/config.json .continue/config.yaml "
    ".continue/config.yml .qwen/settings.json .amazonq/mcp.json .kiro/settings/mcp.json .roo/mcp.json .opencode/config.json "
    ".idea/mcp.json .goose/config.yaml .factory/mcp.json .junie/mcp.json .windsurf/mcp_config.json .trae/mcp.json".split()
)
_MANIFEST_NAMES = frozenset(
    "pyproject.toml setup.py setup.cfg pipfile package.json go.mod cargo.toml gemfile composer.json pom.xml build.gradle "
    "build.gradle.kts .npmrc .yarnrc .yarnrc.yml pip.conf pip.ini uv.toml pnpm-workspace.yaml bunfig.toml environment.yml "
    "environment.yaml deno.json deno.jsonc .pypirc dockerfile containerfile docker-compose.yml docker-compose.yaml compose.yml "
    "compose.yaml constraints.txt requires.txt".split()
)
_LOCK_NAMES = frozenset(
    "package-lock.json npm-shrinkwrap.json yarn.lock pnpm-lock.yaml bun.lock poetry.lock uv.lock pdm.lock pipfile.lock "
    "cargo.lock go.sum gemfile.lock composer.lock deno.lock pylock.toml flake.lock conda-lock.yml pixi.lock "
    ".package-lock.json packages.lock.json".split()
)
_GENERATED_ENDINGS = (
    "_pb2.py",
    "_pb2.pyi",
    "_pb2_grpc.py",
    ".pb.go",
    ".pb.cc",
    ".pb.h",
    ".g.cs",
    ".designer.cs",
    ".snap",
)
_MAP_ENDINGS = (".js.map", ".mjs.map", ".cjs.map", ".css.map")
_GENERATED_MARKS = (b"@generated", b"DO NOT EDIT", b"do not edit", b"auto-generated", b"autogenerated", b"automatically generated")
_MINIFIED_LINE = 5_000
"""Bytes in one line of a script that no person writes."""
_MINIFIED_MEAN = 1_500
"""Bytes that the lines of a script have on average which a bundler has cut into chunks."""
_BANNER = 1_000
"""Bytes at the beginning of a bundle that may be lines for people: its licence."""
_SCRIPTS = frozenset({Language.JAVASCRIPT, Language.TYPESCRIPT})
_NONE: frozenset[Role] = frozenset()


def classify(path: str, head: bytes = b"") -> tuple[Language, frozenset[Role]]:
    """The language and the roles of the file at `path` (relative, forward slashes). `head` is its first few KiB, where known."""
    folder, _, name = path.lower().rpartition("/")
    suffix = name.rpartition(".")[2] if "." in name else ""
    language = _language(name, suffix, head)
    roles = _roles_of_folder(folder)
    own = _roles_of_name(folder, name, suffix, language)
    if head:
        own |= _roles_of_head(language, head)
    if own:
        roles = roles | own
    if Role.INSTRUCTION in roles and Role.DOCUMENTATION in roles:
        roles -= {Role.DOCUMENTATION}
    return language, roles


def is_binary_name(path: str) -> bool:
    """Whether the name's suffix is one of images, archives, fonts, compiled code and the like."""
    return path.rpartition(".")[2].lower() in _BINARY_SUFFIXES


def is_known_text(path: str) -> bool:
    """Whether the name alone says that the file is source, configuration or an instruction text, which a NUL does not change."""
    folder, _, name = path.lower().rpartition("/")
    suffix = name.rpartition(".")[2] if "." in name else ""
    return (
        _language(name, suffix, b"") is not Language.TEXT
        or suffix in _DOCUMENTATION_SUFFIXES
        or bool(_roles_of_name(folder, name, suffix, Language.TEXT))
    )


def _language(name: str, suffix: str, head: bytes) -> Language:
    language = _BY_NAME.get(name) or _BY_SUFFIX.get(suffix)
    if language is not None:
        return language
    if name == ".env" or name.startswith((".env.", "env.")) or name.endswith(".env.local"):
        return Language.DOTENV
    if name.startswith(("dockerfile.", "containerfile.")):
        return Language.DOCKERFILE
    if head.startswith(b"#!") and not _KEPT_COPY.search(name):
        line = head[2:200].partition(b"\n")[0]
        return next((known for word, known in _INTERPRETERS if word in line), Language.TEXT)
    return Language.TEXT


@lru_cache(maxsize=4096)
def _roles_of_folder(folder: str) -> frozenset[Role]:
    """What the folders above a file say of it."""
    if not folder:
        return _NONE
    parts = frozenset(folder.split("/"))
    found = set()
    if parts & _TEST_FOLDERS or folder == "t" or folder.startswith("t/") or any(part.endswith(_TEST_ENDINGS) for part in parts):
        found.add(Role.TEST)
    if parts & _EXAMPLE_FOLDERS:
        found.add(Role.EXAMPLE)
    if parts & _DOCUMENTATION_FOLDERS:
        found.add(Role.DOCUMENTATION)
    if parts & _VENDORED_FOLDERS or (parts & _SERVED_FOLDERS and _is_release(folder.split("/"))):
        found.add(Role.VENDORED)
    return frozenset(found)


def _is_release(parts: list[str]) -> bool:
    """Whether a folder lies below one whose files are served, and has the name of a library with its version."""
    served = next(at for at, part in enumerate(parts) if part in _SERVED_FOLDERS)
    return any(_RELEASE.fullmatch(part) for part in parts[served + 1 :])


def _roles_of_name(folder: str, name: str, suffix: str, language: Language) -> set[Role]:
    found: set[Role] = set()
    if _is_test_name(name):
        found.add(Role.TEST)
    if name in _LOCK_NAMES:
        found.add(Role.LOCKFILE)
    elif name in _MANIFEST_NAMES or _is_requirements(folder, name, suffix) or language is Language.DOCKERFILE:
        found.add(Role.MANIFEST)
    if _is_workflow(folder, name, suffix):
        found.add(Role.WORKFLOW)
    if _is_agent_config(folder, name):
        found.add(Role.AGENT_CONFIG)
    if _is_instruction(folder, name, suffix):
        found.add(Role.INSTRUCTION)
    elif suffix in _DOCUMENTATION_SUFFIXES and Role.MANIFEST not in found:
        found.add(Role.DOCUMENTATION)
    if name.endswith(_GENERATED_ENDINGS) or ".generated." in name:
        found.add(Role.GENERATED)
    if ".min." in name and suffix in ("js", "mjs", "cjs", "css"):
        found.add(Role.MINIFIED)
    if name.endswith(_MAP_ENDINGS):
        found.update((Role.GENERATED, Role.MINIFIED))
    return found


def _roles_of_head(language: Language, head: bytes) -> set[Role]:
    found: set[Role] = set()
    start = head[:400]
    if any(mark in start for mark in _GENERATED_MARKS):
        found.add(Role.GENERATED)
    if language in _SCRIPTS and len(head) >= _MINIFIED_LINE and _is_packed(head):
        found.add(Role.MINIFIED)
    return found


def _is_packed(head: bytes) -> bool:
    """Whether lines are as long as only programs write them: one of them, or all on average."""
    if head.find(b"\n", _BANNER, _MINIFIED_LINE) < 0:
        return True
    return head.count(b"\n", _BANNER) * _MINIFIED_MEAN < len(head) - _BANNER


def _is_test_name(name: str) -> bool:
    return (
        name.startswith(("test_", "conftest.", "jest.config", "vitest.config", "playwright.config", "jest.setup", "vitest.setup"))
        or ".test." in name
        or ".spec." in name
        or ".e2e." in name
        or name.rpartition(".")[0].endswith(("_test", "_spec", "-test", "-spec"))
        or (name.startswith("test-") and name.endswith(_SCRIPT_ENDINGS))
        or name in _TEST_NAMES
    )


def _is_requirements(folder: str, name: str, suffix: str) -> bool:
    if suffix not in ("txt", "in"):
        return False
    return "requirements" in name or folder.rpartition("/")[2] == "requirements"


def _is_workflow(folder: str, name: str, suffix: str) -> bool:
    if suffix not in ("yml", "yaml"):
        return False
    return name in ("action.yml", "action.yaml") or folder == ".github/workflows" or folder.endswith("/.github/workflows")


def _is_agent_config(folder: str, name: str) -> bool:
    if name in _AGENT_CONFIG_NAMES or name.endswith((".mcp.json", ".mcpb.json")):
        return True
    parent = folder.rpartition("/")[2]
    return f"{parent}/{name}" in _AGENT_CONFIG_TAILS or (parent.startswith(".") and name == "mcp.json")


def _is_instruction(folder: str, name: str, suffix: str) -> bool:
    if name in _INSTRUCTION_NAMES or name.endswith(_INSTRUCTION_SUFFIXES):
        return True
    if suffix not in _INSTRUCTION_TEXTS or not folder:
        return False
    return _is_instruction_folder(folder)


@lru_cache(maxsize=4096)
def _is_instruction_folder(folder: str) -> bool:
    """Whether the texts in a folder are read by agents: the folders of agents, and commands, agents and skills of a plugin."""
    parts = folder.split("/")
    inner = frozenset(parts)
    if not inner.isdisjoint(_AGENT_FOLDERS) or inner & {".clinerules", ".roorules"}:
        return not inner.isdisjoint(_INSTRUCTION_PARENTS) or parts[-1] in _AGENT_FOLDERS
    if ".github" in inner:
        return not inner.isdisjoint({"instructions", "prompts", "chatmodes", "agents", "skills"})
    if not inner.isdisjoint(_DOCUMENTATION_FOLDERS):
        return False
    return parts[-1] in _PLUGIN_PARENTS or "skills" in inner

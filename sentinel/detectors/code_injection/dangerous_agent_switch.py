"""Safety switch of an agent framework turned off.

## Why it matters
Frameworks name these switches so that nobody turns them by accident: code that a model wrote is run on the machine itself,
objects are restored from files that others can write, code from a model's repository is executed, a person is no longer asked.

## What to do
1. Leave the switch alone and use the safe form: a sandboxed executor, `safetensors`, an approval step.
2. If the capability is needed, run it in a container without secrets, and write down why.
3. Limit tools and folders of the agent to what its task needs.

## Known limits
Switches that come from configuration are not seen. Whether a container stands around the program is not known.

## References
- https://python.langchain.com/docs/security/
- https://huggingface.co/docs/transformers/main_classes/model
- https://genai.owasp.org/llmrisk/llm062025-excessive-agency/

"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sentinel.analysis.imports import imported
from sentinel.detectors.code_injection._calls import is_code
from sentinel.detectors.code_injection._examples import python
from sentinel.model.document import Document, Language
from sentinel.model.expression import expression
from sentinel.model.rule import Confidence, Example, Hit, Item, Match, Pattern, Severity, rule


@rule(
    "code-injection/dangerous-agent-switch",
    on=Item.DOCUMENT,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    cwe=94,
    cvss="CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:H/I:L/A:L",
    owasp=("LLM06:2025", "MCP05:2025", "ASI02:2026", "ASI05:2026"),
    languages=(Language.PYTHON, Language.JAVASCRIPT, Language.TYPESCRIPT, Language.TSX),
    patterns=(
        Pattern(rb"\ballow_dangerous_(?:code|deserialization|requests|tools)\s{0,4}=\s{0,4}True\b"),
        Pattern(rb"\btrust_remote_code\s{0,4}=\s{0,4}True\b"),
        Pattern(rb"['\"]?use_docker['\"]?\s{0,4}[:=]\s{0,4}False\b"),
        Pattern(rb"\b(?:PythonREPLTool|PythonAstREPLTool|ShellTool|BashProcess|LocalCommandLineCodeExecutor|UnsafeCodeExecutor)\("),
        Pattern(rb"['\"]?(?:permission_?mode)['\"]?\s{0,4}[:=]\s{0,4}['\"]bypassPermissions['\"]", ignore_case=True),
        Pattern(rb"\ballowDangerouslySkipPermissions\s{0,4}:\s{0,4}true\b"),
    ),
    bad=(
        python("agent = create_csv_agent(llm, 'x.csv', allow_dangerous_code=True)\n", (1,)),
        python("store = FAISS.load_local('x', embeddings, allow_dangerous_deserialization=True)\n", (1,)),
        python("model = AutoModel.from_pretrained('x', trust_remote_code=True)\n", (1,)),
        python("agent = UserProxyAgent('u', code_execution_config={'use_docker': False})\n", (1,)),
        python("tools = [PythonREPLTool()]\n", (1,)),
        Example("const q = query({ options: { permissionMode: 'bypassPermissions' } });\n", (1,), "a.ts"),
    ),
    good=(
        python("agent = create_csv_agent(llm, 'x.csv')\n"),
        python("agent = create_csv_agent(llm, 'x.csv', allow_dangerous_code=False)\n"),
        python("from shell_tool import ShellTool\n\ntool = ShellTool('.')\n"),
        python("class ShellTool(Tool):\n    pass\n\n\ntool = ShellTool('.')\n"),
        python("model = AutoModel.from_pretrained('x', trust_remote_code=False)\n"),
        python("# allow_dangerous_code=True\n"),
        python("def load(path, trust_remote_code=False):\n    return path\n"),
        python("agent = UserProxyAgent('u', code_execution_config={'use_docker': True})\n"),
        python("text = 'allow_dangerous_code=True'\n"),
        python("class ShellTool:\n    pass\n"),
        Example("const q = query({ options: { permissionMode: 'default' } });\n", path="a.ts"),
        Example("declare function query(o: { permissionMode: 'bypassPermissions' }): void;\n", path="sdk.d.ts"),
        python("from langchain_community.tools import ShellTool\n"),
    ),
)  # fmt: skip
def check(document: Document, hit: Hit) -> Iterator[Match]:
    """A switch by name, turned to the dangerous side."""
    if document.path.endswith(_DECLARATIONS):
        return
    if hit.pattern == _TOOL and _is_own(document, hit.group().rstrip(b"("), hit.start):
        return
    if is_code(document, hit.start) or hit.group()[:1] in (b"'", b'"'):
        name = hit.group().decode("ascii", "replace").rstrip("(")
        yield Match(document.span(hit.start, hit.end), f"A safety switch of an agent framework is turned off (`{name[:60]}`).")


_DECLARATIONS = (".d.ts", ".d.mts", ".d.cts")
"""Files that only say of what type a switch is."""
_TOOL = 3
"""Index of the pattern for tools of frameworks that run what they are given."""
_FRAMEWORK = expression(rb"(?i)langchain|autogen|ag2|llama|crewai|semantic_kernel|smolagents|haystack")


def _is_own(document: Document, name: bytes, at: int) -> bool:
    """Whether the program has a class of that name of its own: it defines it, or takes it from a module that is no framework's."""
    if document.data.endswith(b"class ", 0, at):
        return True
    known: dict[bytes, bool] = document.cache.setdefault("own-classes", {})
    if name not in known:
        known[name] = _is_defined_or_taken(document, name)
    return known[name]


def _is_defined_or_taken(document: Document, name: bytes) -> bool:
    if re.search(rb"(?m)^[ \t]*class\s+" + name + rb"\b", document.data) is not None:
        return True
    origins = [one.module for one in imported(document) if name in (one.name, one.called)]
    return bool(origins) and not any(map(_FRAMEWORK.search, origins))

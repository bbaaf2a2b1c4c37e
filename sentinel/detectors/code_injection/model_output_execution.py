"""Output of a language model that is run.

## Why it matters
Whoever writes what a model reads, a web page, a mail, an issue, writes part of what it answers. Running the answer as a
command, as code or as SQL gives that person the program's rights.

## What to do
1. Let the model choose among operations you wrote, by name and with typed arguments, instead of writing code.
2. Parse the answer with a schema and refuse what does not fit.
3. If generated code has to run, run it in a container without network, secrets and the workspace, and ask a person first.
4. For SQL use a connection that can only read, with a limit of rows.

## Known limits
Output of a model that travels through a file or a database is not followed. A sandbox that the program sets up is not
recognised.

## References
- https://genai.owasp.org/llmrisk/llm052025-improper-output-handling/
- https://cwe.mitre.org/data/definitions/94.html

"""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.detectors.code_injection._story import tell
from sentinel.model.flow import Flow, SinkKind, SourceKind
from sentinel.model.rule import Confidence, Example, Item, Match, Severity, Workspace, rule

_HEAD = (
    "from openai import OpenAI\nimport os, subprocess, json\nclient = OpenAI()\n"
    "answer = client.chat.completions.create(model='m', messages=[])\n"
)
_TEXT = _HEAD + "text = answer.choices[0].message.content\n"
_WORDS = {
    SinkKind.SHELL: "runs in a shell", SinkKind.CODE: "is run as code", SinkKind.SQL: "is run as SQL", SinkKind.PROGRAM:
        "decides which program starts",
    SinkKind.DESERIALIZE: "is restored to objects", SinkKind.TEMPLATE: "is run as a template",
}  # fmt: skip


@rule(
    "code-injection/model-output-execution",
    on=Item.FLOW,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    cwe=94,
    cvss="CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H",
    owasp=("LLM05:2025", "MCP05:2025", "ASI05:2026"),
    bad=(
        Example(_TEXT + "exec(text)\n", (6,)),
        Example(_TEXT + "os.system(text)\n", (6,)),
        Example(_TEXT + "print(eval(text.strip()))\n", (6,)),
        Example(_TEXT + "subprocess.run(text, shell=True)\n", (6,)),
        Example(_TEXT + "import sqlite3\nsqlite3.connect('x').execute(text)\n", (7,)),
        Example("import anthropic\nclient = anthropic.Anthropic()\n\ndef act(prompt):\n    reply ="
                " client.messages.create(model='m')\n"
                "    exec(reply.content[0].text)\n", (6,)),
        Example("from langchain_openai import ChatOpenAI\nllm = ChatOpenAI()\n\ndef act(question):\n    return"
                " eval(llm.invoke(question).content)\n", (5,)),
    ),
    good=(
        Example(_TEXT + "print(text)\n"),
        Example(_TEXT + "data = json.loads(text)\nprint(data)\n"),
        Example(_TEXT + "if text in ('up', 'down'):\n    os.system('link ' + text)\n"),
        Example(_TEXT + "os.system(f'sleep {int(text)}')\n"),
        Example(_TEXT + "subprocess.run(['echo', text])\n"),
        Example(_TEXT + "open('answer.txt', 'w').write(text)\n"),
        Example(_TEXT + "import sqlite3\nsqlite3.connect('x').execute('INSERT INTO t VALUES (?)', (text,))\n"),
        Example(_TEXT + "import ast\nprint(ast.literal_eval(text))\n"),
        Example(_HEAD + "print(answer.usage)\n"),
        Example(_TEXT + "TOOLS = {'a': print}\nTOOLS[text]('x')\n"),
    ),
)  # fmt: skip
def check(flow: Flow, workspace: Workspace) -> Iterator[Match]:
    """Output of a model that is executed in one way or another."""
    if flow.source.kind is not SourceKind.LLM_OUTPUT or flow.sink.kind not in _WORDS or "attribute" in flow.sink.details:
        return
    words = f"{_WORDS[flow.sink.kind]} (`{flow.sink.name}`)"
    if flow.sink.kind is SinkKind.TEMPLATE:
        yield tell(flow, words, Severity.MEDIUM, Confidence.LOW, "the template can only read what it is given")
    else:
        yield tell(flow, words)

"""Output of a language model that becomes markup.

## Why it matters
A model repeats what it read. Markup in a page, a mail or an issue that it was asked about comes back in the answer and runs in the
reader's session; an image address alone carries data out of the conversation.

## What to do
1. Show answers as text, or render Markdown with raw HTML switched off.
2. Clean the result with a list of allowed elements (`nh3`, `bleach`, DOMPurify); leave images and links of other hosts out.
3. Send a Content-Security-Policy that forbids inline scripts and foreign images.

## Known limits
Rendering by a template engine is not seen as a sink.

## References
- https://genai.owasp.org/llmrisk/llm052025-improper-output-handling/
- https://cwe.mitre.org/data/definitions/79.html
"""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.detectors.code_injection._story import tell
from sentinel.model.flow import Flow, SinkKind, SourceKind
from sentinel.model.rule import Confidence, Example, Item, Match, Severity, Workspace, rule

_HEAD = (
    "from openai import OpenAI\nfrom flask import Flask, Markup, make_response, render_template, jsonify\nimport"
    " html\nclient = OpenAI()\n"
    "app = Flask(__name__)\n\n@app.route('/')\ndef page():\n"
    "    text = client.chat.completions.create(model='m', messages=[]).choices[0].message.content\n"
)


@rule(
    "code-injection/model-output-markup",
    on=Item.FLOW,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    cwe=79,
    cvss="CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N",
    owasp=("LLM05:2025", "MCP10:2025"),
    bad=(
        Example(_HEAD + "    return '<p>' + text + '</p>'\n", (10,)),
        Example(_HEAD + "    return make_response(text)\n", (10,)),
        Example(_HEAD + "    return render_template('x.html', text=Markup(text))\n", (10,)),
        Example(_HEAD + "    return f'<div>{text}</div>'\n", (10,)),
        Example(_HEAD + "    body = '<b>%s</b>' % text\n    return body\n", (11,)),
    ),
    good=(
        Example(_HEAD + "    return render_template('x.html', text=text)\n"),
        Example(_HEAD + "    return '<p>' + html.escape(text) + '</p>'\n"),
        Example(_HEAD + "    return jsonify({'text': text})\n"),
        Example(_HEAD + "    return {'text': text}\n"),
        Example(_HEAD + "    return str(len(text))\n"),
        Example(_HEAD + "    print(text)\n    return 'done'\n"),
        Example(_HEAD + "    return make_response(text, mimetype='text/plain') if False else 'x'\n"),
        Example(_HEAD + "    return '<p>fine</p>'\n"),
        Example(_HEAD + "    import nh3\n    return '<p>' + nh3.clean(text) + '</p>'\n"),
        Example(_HEAD + "    if text not in ('yes', 'no'):\n        return 'no'\n    return '<p>' + text + '</p>'\n"),
    ),
)
def check(flow: Flow, workspace: Workspace) -> Iterator[Match]:
    """Output of a model in a page."""
    if flow.source.kind is SourceKind.LLM_OUTPUT and flow.sink.kind is SinkKind.HTML:
        yield tell(flow, f"becomes part of a page (`{flow.sink.name}`)")

"""Key of an AI provider in the tree.

## Why it matters
Whoever can read the repository, its history, a fork or a package built from it can spend on the account and read what
it stores. Such keys are searched for by machines; the time between a push and the first abuse is minutes.

## What to do
1. Revoke the key at the provider now; deleting the line does not help, the history keeps it.
2. Make a new key with the least rights and a spending limit.
3. Read it at run time from an environment variable or a secret store, and name only the variable in the code.
4. Look at the provider's log for use that was not yours.

## Known limits
Only formats with a prefix or an infix of their own are known here; keys that are plain hexadecimal are left to the rule on
hardcoded credentials. Whether a key is still valid is never asked. A Google key beside the settings of Firebase or a map of
a page is a note: it is handed to every visitor, and restricted in the console.

## References
- https://cwe.mitre.org/data/definitions/798.html
- https://platform.openai.com/docs/api-reference/authentication
- https://docs.anthropic.com/en/api/overview
- https://huggingface.co/docs/hub/security-tokens
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sentinel.detectors.secrets._token import Format, patterns, token_matches
from sentinel.model.document import Document
from sentinel.model.expression import expression
from sentinel.model.rule import Confidence, Example, Hit, Item, Match, Severity, rule

_FORMATS: tuple[Format, ...] = (
    Format("OpenAI key", rb"\bsk-[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20}\b"),
    Format("OpenAI key", rb"\bsk-(?:proj|svcacct|admin|None)-[A-Za-z0-9_-]{20,120}T3BlbkFJ[A-Za-z0-9_-]{20,120}"),
    Format("Anthropic key", rb"\bsk-ant-(?:api|admin|oat|ort|sid)[0-9]{2}-[A-Za-z0-9_-]{80,130}"),
    Format("Hugging Face token", rb"\b(?:hf|api_org)_[A-Za-z]{34}\b"),
    Format("Groq key", rb"\bgsk_[A-Za-z0-9]{52}\b"),
    Format("Replicate token", rb"\br8_[A-Za-z0-9_-]{37}\b"),
    Format("Perplexity key", rb"\bpplx-[A-Za-z0-9]{48,56}\b"),
    Format("xAI key", rb"\bxai-[A-Za-z0-9_]{80}\b"),
    Format("OpenRouter key", rb"\bsk-or-v1-[0-9a-f]{64}\b"),
    Format("LangSmith key", rb"\blsv2_(?:pt|sk)_[0-9a-f]{32}_[0-9a-f]{10}\b"),
    Format("Fireworks key", rb"\bfw_[A-Za-z0-9]{24}\b"),
    Format("Tavily key", rb"\btvly-(?:dev-|prod-)?[A-Za-z0-9]{32}\b"),
    Format("Firecrawl key", rb"\bfc-[0-9a-f]{32}\b"),
    Format("Pinecone key", rb"\bpcsk_[A-Za-z0-9]{5,6}_[A-Za-z0-9]{63}\b"),
    Format("NVIDIA key", rb"\bnvapi-[A-Za-z0-9_-]{60,70}"),
    Format("ElevenLabs key", rb"\bsk_[0-9a-f]{48}\b"),
    Format("Cerebras key", rb"\bcsk-[a-z0-9]{48}\b"),
    Format("Google AI key", rb"\bAIza[0-9A-Za-z_-]{35}"),
    Format("Langfuse key", rb"\bsk-lf-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"),
    Format("Jina key", rb"\bjina_[0-9a-f]{32}[A-Za-z0-9_-]{28}"),
    Format("Voyage key", rb"\bpa-[A-Za-z0-9_-]{43}\b"),
    Format("Stability key", rb"\bsk-[A-Za-z0-9]{48}\b"),
)

_GOOGLE = b"AIza"
_OF_PAGES = expression(
    rb"authDomain|messagingSenderId|storageBucket|mobilesdk_app_id|\bGCM_SENDER_ID\b|maps\.google(?:apis)?\.com/|com\.google\.android\.(?:geo|maps)"
)
"""What stands beside a key of Firebase or of maps, which does not admit anybody to anything by itself."""
_NEAR = 400


@rule(
    "secrets/ai-provider-key",
    on=Item.DOCUMENT,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    cwe=798,
    cvss="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:L/A:L",
    owasp=("MCP01:2025", "LLM02:2025", "ASI03:2026"),
    patterns=patterns(_FORMATS),
    bad=(
        Example('client = OpenAI(api_key="sk-<+>proj-<+>9fK2mQ7xWv4TzLr8NbYc3Hd1T3Blb<+>kFJ<+>uE6sPa0GjXiVo5RtMw2CqZn7")\n', (1,)),
        Example("ANTHROPIC_API_KEY=sk-<+>ant-<+>api03-" + "k7Rw2Xq9Lm4Tz8Vb3Nc6" * 4 + "Hd5Jf1Gs0Pa-qQAA\n", (1,), ".env"),
        Example("\ntoken: hf<+>_<+>kTqRwYpXzLmHvBnCsDjFgKuEiOaPzMyWrT\n", (2,), "config.yaml"),
        Example('const groq = new Groq({ apiKey: "gs<+>k_<+>' + "a7Rw2Xq9Lm4Tz" * 4 + '" });\n', (1,), "a.ts"),
        Example('{"env": {"OPENROUTER_API_KEY": "sk-<+>or-<+>v1-' + "9a1f4c7e2b8d6053" * 4 + '"}}\n', (1,), ".mcp.json"),
        Example('key = "AI<+>za<+>SyB7kQ2mX9vT4zL8nC3hD1uE6sPa0GjWiVo"\n', (1,)),
    ),
    good=(
        Example('client = OpenAI(api_key=os.environ["OPENAI_API_KEY"])\n'),
        Example("OPENAI_API_KEY=sk-your-key-here\n", path=".env.example"),
        Example("ANTHROPIC_API_KEY=sk-ant-api03-...\n", path="README.md"),
        Example("const key = process.env.GROQ_API_KEY;\n", path="a.ts"),
        Example('pattern = re.compile(r"sk-proj-[A-Za-z0-9_-]{20,}T3BlbkFJ[A-Za-z0-9_-]{20,}")\n'),
        Example('api_key="sk-' + "x" * 48 + '"\n'),
        Example('"integrity": "sha512-sk-B7kQ2mX9vT4zL8nC3hD1uE6sPa0GjWiVo5RtMw2CqZn7a=="\n', path="package-lock.json"),
        Example('hf_model = "hf_hub_download_something_long_name_x"\n'),
        Example("tokens = tokenizer.encode(text)  # task-specific tokens\n"),
        Example('assert key.startswith("sk-ant-api03-")\n'),
        Example('KEY = "AIza' + "0" * 35 + '"\n'),
    ),
)
def check(document: Document, hit: Hit) -> Iterator[Match]:
    """A key of a known format that does not say itself that it is none."""
    for match in token_matches(document, hit, _FORMATS):
        if hit.group().startswith(_GOOGLE) and _OF_PAGES.search(document.data, max(0, hit.start - _NEAR), hit.end + _NEAR):
            yield replace(
                match, severity=Severity.LOW, context="a key of an app for pages and phones, which every copy of it carries"
            )
        else:
            yield match

"""Objects restored from somebody else's bytes.

## Why it matters
`pickle`, `dill`, `marshal`, `jsonpickle`, `shelve`, the object tags of YAML and their kin in other languages call functions
that the bytes name. Loading is running: no check of the result comes in time.

## What to do
1. Use a format that holds data only: JSON, TOML, MessagePack, `yaml.safe_load`, `yaml.load(..., Loader=SafeLoader)`.
2. Check what was read against a schema before it is used.
3. Where objects have to travel, sign the bytes with a key that the sender does not have, and check the signature before
   loading.
4. For models use formats without code (`safetensors`, `weights_only=True`).

## Known limits
A file is known to hold what somebody sent where one Python function writes it and reads it again; any other file that the
program wrote looks like its own. A signature check is recognised only by the name of a function that was not resolved.

## References
- https://docs.python.org/3/library/pickle.html
- https://cwe.mitre.org/data/definitions/502.html
- https://cheatsheetseries.owasp.org/cheatsheets/Deserialization_Cheat_Sheet.html

"""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.detectors.code_injection._examples import express, route, tool
from sentinel.detectors.code_injection._story import UNTRACKED, detail, tell
from sentinel.model.document import Language
from sentinel.model.flow import Flow, SinkKind
from sentinel.model.rule import Confidence, Example, Item, Match, Severity, Workspace, rule


@rule(
    "code-injection/unsafe-deserialization",
    on=Item.FLOW,
    severity=Severity.CRITICAL,
    confidence=Confidence.HIGH,
    cwe=502,
    cvss="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
    owasp=("MCP05:2025", "LLM05:2025", "ASI05:2026"),
    bad=(
        tool("return str(pickle.loads(base64.b64decode(text)))", 1, uses="import pickle, base64"),
        tool("return str(yaml.load(text, Loader=yaml.Loader))", 1, uses="import yaml"),
        tool("return str(yaml.load(text))", 1, uses="import yaml"),
        tool("return str(jsonpickle.decode(text))", 1, uses="import jsonpickle"),
        tool("return str(marshal.loads(bytes.fromhex(text)))", 1, uses="import marshal"),
        route("return str(pickle.loads(request.data))", 1, uses="import pickle"),
        route('return str(dill.loads(request.cookies["state"].encode()))', 1, uses="import dill"),
        route('request.files["model"].save("/tmp/model")\njoblib.load("/tmp/model")\nreturn ""', 2, uses="import joblib"),
        Example("import yaml\n\ndef read(stream):\n    return yaml.load(stream)\n", (4,)),
        express("const o = serialize.unserialize(req.query.o);\nres.json(o);", 1, uses='import serialize from "node-serialize";'),
    ),
    good=(
        tool("return str(yaml.safe_load(text))", uses="import yaml"),
        tool("return str(yaml.load(text, Loader=yaml.SafeLoader))", uses="import yaml"),
        tool("return str(yaml.load(text, yaml.CSafeLoader))", uses="import yaml"),
        tool("return str(json.loads(text))", uses="import json"),
        tool("return pickle.dumps(text)", uses="import pickle"),
        route('request.files["model"].save("/tmp/model")\njoblib.load("/srv/own")\nreturn ""', uses="import joblib"),
        tool("return str(tomllib.loads(text))", uses="import tomllib"),
        tool('return torch.load("model.pt", weights_only=True)', uses="import torch"),
        tool("return str(ast.literal_eval(text))", uses="import ast"),
        tool('with open("cache.pkl", "rb") as stream:\n    return str(json.load(stream)) + text', uses="import json"),
        tool("return str(YAML(typ='safe').load(text))", uses="from ruamel.yaml import YAML"),
        tool("return str(YAML().load(text))", uses="from ruamel.yaml import YAML"),
        Example("import pickle\n\nBLOB = b'\\x80\\x04N.'\nprint(pickle.loads(BLOB))\n"),
        Example(
            "import org.yaml.snakeyaml.Yaml;\npublic class A {\n  public static void check(String text) {\n"
            "    new Yaml(new SafeConstructor(new LoaderOptions())).load(text);\n  }\n}\n",
            path="A.java",
        ),
        express("const o = JSON.parse(req.query.o);\nres.json(o);"),
    ),
)
def check(flow: Flow, workspace: Workspace) -> Iterator[Match]:
    """Bytes of a known source that are restored to objects; YAML with an unsafe loader whatever its source."""
    if flow.sink.kind is not SinkKind.DESERIALIZE:
        return
    form = detail(flow, "format")
    if form == "yaml" and _is_restricted(flow, workspace):
        return
    words = f"is restored to objects (`{flow.sink.name}`)"
    if flow.source.kind not in UNTRACKED:
        yield tell(flow, words)
    elif form == "yaml":
        yield tell(flow, words, Severity.MEDIUM, Confidence.MEDIUM, "who wrote the text was not found")
    else:
        yield tell(flow, words, Severity.MEDIUM, Confidence.LOW, "who wrote the bytes was not found")


def _is_restricted(flow: Flow, workspace: Workspace) -> bool:
    """Whether the file names the constructor of SnakeYAML that makes nothing but plain values."""
    document = workspace.read(flow.sink.span.path) if flow.language is Language.JAVA else None
    return document is not None and document.holds(b"SafeConstructor")

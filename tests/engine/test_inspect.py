"""One document through the rules: what is masked, what is bounded, what is survived."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

import pytest

from sentinel.engine.excerpt import excerpt
from sentinel.engine.inspect import BOUNDS, Bounds
from sentinel.engine.masking import NO_MASKS
from sentinel.engine.scan import ScanOptions, ScanResult, scan_tree
from sentinel.model.document import Document
from sentinel.model.finding import Finding
from sentinel.model.rule import Confidence, Hit, Item, Match, Pattern, Rule, Secret, Severity
from sentinel.source.tree import MemoryTree
from tests.engine.scanning import identify
from tests.engine.toys import token, toy, toys, twice

TOKEN = "toy_" + "a1b2c3d4e5f6"


def _scan(files: Mapping[str, str | bytes], *rules: Rule, bounds: Bounds = BOUNDS) -> ScanResult:
    data = {path: text.encode() if isinstance(text, str) else text for path, text in files.items()}
    return scan_tree(MemoryTree(data), toys(*rules), identify, ScanOptions(jobs=1, bounds=bounds))


def _texts(finding: Finding) -> str:
    fix = [edit.text for edit in finding.fix.edits] if finding.fix else []
    return "\n".join([finding.message, finding.excerpt, finding.context, *(one.message for one in finding.related), *fix])


def test_secret_is_masked_in_every_text_of_every_finding() -> None:
    """A secret that one rule knows is masked in what another rule says of the same document."""
    result = _scan({"a.py": f"x = '{TOKEN}'\ndanger('{TOKEN}')\n"})
    assert ["secrets/toy-token", "code-injection/toy-call", "secrets/toy-token"] == [f.rule for f in result.findings]
    assert not [f for f in result.findings if TOKEN in _texts(f) or TOKEN in repr(f)]
    assert "danger('***')" == result.findings[1].excerpt
    assert result.findings[1].fix is None


def test_weak_secret_enters_no_identity() -> None:
    """Two passwords of one name have one identity: nothing committed depends on their values."""
    one, other = (_scan({"a.py": f"password = '{value}'\n"}).findings[0] for value in ("hunter22", "correct horse"))
    assert one.identity == other.identity
    call, same = (_scan({"a.py": f"password = '{v}'\ndanger('{v}')\n"}).findings[1] for v in ("hunter22", "correct horse"))
    assert call.identity == same.identity


def test_strong_secret_is_told_apart() -> None:
    """Two tokens have two identities, which the caller makes of a keyed hash."""
    result = _scan({"a.py": f"{TOKEN} {TOKEN}0\n"})
    assert 2 == len({f.identity for f in result.findings})


def test_short_secret_is_masked_where_it_stands_only() -> None:
    """A password of three letters is masked in its place, and does not blot out words that hold it."""
    result = _scan({"a.py": "password = 'add'\ndanger(address)\n"})
    assert ["password = '***'", "danger(address)"] == [f.excerpt for f in result.findings]


def test_equal_findings_have_ordinals() -> None:
    """Equal findings of one file are told apart by their order and share their identity."""
    result = _scan({"a.py": "danger(x)\ndanger(y)\ndanger(x)\n"})
    assert [(1, 0), (2, 0), (3, 1)] == [(f.span.start_line, f.ordinal) for f in result.findings]
    assert result.findings[0].identity == result.findings[2].identity


def test_crash_of_a_rule_is_said_and_survived() -> None:
    """A rule that raises makes the scan incomplete and takes no finding with it; nothing of the document is in the words."""
    result = _scan({"a.py": f"danger(x)\ncrash-please {TOKEN}\n"})
    assert ["code-injection/toy-call", "code-injection/toy-crash", "secrets/toy-token"] == [f.rule for f in result.findings]
    (skip,) = result.skips
    assert ("rule-crashed", True, "code-injection/toy-crash raised ValueError") == (
        skip.reason.name,
        skip.reason.is_incomplete,
        skip.detail,
    )


def test_too_many_findings_are_said() -> None:
    """Past the cap of one rule in one file a Skip says so; other rules and files go on."""
    files = {"a.py": "danger(x)\n" * 9 + f"{TOKEN}\n", "b.py": "danger(x)\n"}
    result = _scan(files, bounds=Bounds(findings_per_rule=3))
    assert [("a.py", 1), ("a.py", 2), ("a.py", 3), ("a.py", 10), ("b.py", 1)] == [
        (f.path, f.span.start_line) for f in result.findings
    ]
    assert [("a.py", "too-many-findings", 4)] == [(s.path, s.reason.name, s.line) for s in result.skips]


def test_rules_share_the_findings_beyond_what_each_is_granted() -> None:
    """Each rule has some findings whatever the others have; beyond them all share a number, from which secrets do not take."""
    files = {"a.py": "danger(x)\n" * 9 + "toy_short\n" * 3 + f"{TOKEN}\n" * 4}
    result = _scan(files, bounds=Bounds(findings_granted=1, findings=2))
    counts = Counter(finding.rule for finding in result.findings)
    assert (3, 4) == (counts["code-injection/toy-call"], counts["secrets/toy-token"])
    assert ("a.py", "too-many-findings", "code-injection/toy-call: more than 3", 4) in [
        (s.path, s.reason.name, s.detail, s.line) for s in result.skips
    ]


def test_too_many_places_to_look_at_are_said() -> None:
    """A rule is asked about so many hits whatever the others were, and some more; what is left is said, and other rules go on."""
    text = "danger(x)\n" * 2 + "toy_short\n" + "danger(y)\n" * 9 + f"{TOKEN}\n" * 2
    result = _scan({"a.py": text}, bounds=Bounds(looks_per_rule=2, looks=30))
    assert [1, 2, 4, 5, 6, 13, 14] == [f.span.start_line for f in result.findings]
    (skip,) = result.skips
    assert ("too-many-findings", "code-injection/toy-call: more than 5 places to look at", 7) == (
        skip.reason.name,
        skip.detail,
        skip.line,
    )


def test_looks_of_rules_on_secrets_are_cheap() -> None:
    """What is left for all rules lets one on secrets look at as many places, and another, which reads round them, at a tenth."""
    bounds = Bounds(looks_per_rule=1, looks=10)
    result = _scan({"a.py": f"{TOKEN}\n" * 19, "b.py": "danger(x)\n" * 19}, bounds=bounds)
    assert {"a.py": 11, "b.py": 2} == Counter(finding.path for finding in result.findings)


def test_too_many_items_are_said() -> None:
    """An extractor makes so many items of a document; that there are more is said."""
    result = _scan({"a.toy": "thing Evil\n" * 9, "b.toy": "thing Evil\n"}, bounds=Bounds(items=3))
    assert [("a.toy", 1), ("a.toy", 2), ("a.toy", 3), ("b.toy", 1)] == [
        (f.path, f.span.start_line) for f in result.findings if f.rule == "supply-chain/toy-thing"
    ]
    assert [("a.toy", "too-many-findings", "toy-things: more than 3 items")] == [
        (s.path, s.reason.name, s.detail) for s in result.skips
    ]


def test_many_secrets_are_masked_as_few_are() -> None:
    """A document with hundreds of secrets shows none of them, in whatever text they stand."""
    tokens = [f"toy_{n:012}" for n in range(300)]
    text = "".join(f"danger('{one}', '{other}')\n" for one, other in zip(tokens, reversed(tokens), strict=True))
    result = _scan({"a.py": text})
    assert 300 == sum(f.rule == "code-injection/toy-call" for f in result.findings)
    assert not [f for f in result.findings if any(token in _texts(f) for token in tokens)]
    assert {"danger('***', '***')"} == {f.excerpt for f in result.findings}


@pytest.mark.parametrize("bounds", [Bounds(findings_per_rule=9), Bounds(looks_per_rule=9, looks=0)], ids=["findings", "looks"])
def test_more_secrets_than_are_looked_for_are_not_quoted(bounds: Bounds) -> None:
    """Where a rule on secrets gave up, no text of the document is shown: what stands in it may be a secret that nobody knows."""
    tokens = [f"toy_{n:012}" for n in range(30)]
    text = "".join(f"{token}\n" for token in tokens[:20]) + "".join(f"danger('{token}')\n" for token in tokens[20:])
    files = {"a.py": text, "b.py": "danger('b')\n" + tokens[0]}
    result = _scan(files, bounds=bounds)
    assert 9 == sum(f.rule == "code-injection/toy-call" and f.path == "a.py" for f in result.findings)
    assert not [f for f in result.findings if any(token in _texts(f) for token in tokens)]
    assert {("a.py", ""), ("b.py", "danger('b')"), ("b.py", "***")} == {(f.path, f.excerpt) for f in result.findings}


def test_budget_of_questions_is_said() -> None:
    """Rules are asked so many questions about the items of a document; it is left then, and the next one is scanned."""
    files = {"a.toy": "thing Evil\n" * 99, "b.toy": "thing Evil\n"}
    result = _scan(files, bounds=Bounds(checks=40))
    detail = "more than 40 questions to rules about one document"
    assert [("a.toy", "budget-exhausted", detail)] == [(s.path, s.reason.name, s.detail) for s in result.skips]
    told = Counter(f.path for f in result.findings if f.rule == "supply-chain/toy-thing")
    assert {"a.toy": 40, "b.toy": 1} == told


@pytest.mark.parametrize("share", [1.0, 0.0], ids=["it works", "others work"])
def test_a_document_without_end_is_left(monkeypatch: pytest.MonkeyPatch, share: float) -> None:
    """Where no count ends a document, what it cost of CPU does, with a Skip, and the next one is scanned. Time that others took
    does not count."""
    ticks = iter(range(10_000))
    now = [0.0]

    def clock() -> float:
        now[0] = float(next(ticks))
        return now[0]

    monkeypatch.setattr("sentinel.engine.inspect.time.thread_time", lambda: share * now[0])
    tree = MemoryTree({"a.py": b"danger(x)\n" * 100, "b.py": b"danger(x)\n"})
    result = scan_tree(tree, toys(), identify, ScanOptions(jobs=1, bounds=Bounds(rescue_seconds=40)), clock=clock)
    left = [("a.py", "budget-exhausted", True)] if share else []
    assert left == [(s.path, s.reason.name, s.reason.is_incomplete) for s in result.skips]
    assert (1 < sum(f.path == "a.py" for f in result.findings) < 100) is bool(share)
    assert 1 == sum(f.path == "b.py" for f in result.findings)


def test_items_are_made_where_their_rules_may_find_something() -> None:
    """A rule on items is asked with each item, and may ask the workspace about other documents."""
    result = _scan({"a.toy": "thing Evil Eye\nthing good\n", "other.toy": "a MARK\n"})
    assert ["Evil Eye is evil and marked."] == [f.message for f in result.findings]


def test_extractor_with_patterns_is_asked_where_one_matches() -> None:
    """An extractor that names patterns is asked where one of them really matches, and the workspace asks it there alone."""
    files = {
        "a.gem": "gem 12\nthing one\n",
        "b.gem": "no gem 12\nthing two\n",
        "c.gem": "Jewel jewel\nthing three\n",
        "d.gem": "thing 4",
    }
    result = _scan(files)
    assert [("a.gem", "one is a gem among 2."), ("c.gem", "three is a gem among 2.")] == [
        (f.path, f.message) for f in result.findings
    ]


def test_skip_of_an_extractor_is_kept() -> None:
    """What an extractor could not read is in the result."""
    result = _scan({"a.toy": "thing evil\nunreadable\n"})
    assert [("a.toy", "not-parsed", 2)] == [(s.path, s.reason.name, s.line) for s in result.skips]


def test_rule_on_the_workspace_sees_all_items() -> None:
    """Rules on the workspace run after all documents and see every item in order."""
    result = _scan({"b.toy": "thing one\n", "a.toy": "thing one\nthing two\n", "c.txt": "thing one\n"})
    assert [("b.toy", 1, "one stands twice.")] == [(f.path, f.span.start_line, f.message) for f in result.findings]
    assert "a.toy" == result.findings[0].related[0].span.path


def test_rule_on_the_workspace_shows_no_secret() -> None:
    """What a rule on the workspace says of a document is masked by what the rules on secrets know of that document."""
    result = _scan({"b.toy": f"thing {TOKEN}\n", "a.toy": f"thing {TOKEN}\n"}, token, twice)
    assert ["*** stands twice."] == [f.message for f in result.findings if f.rule == twice.identity]


def test_other_rules_are_not_asked_for_what_to_mask() -> None:
    """A document of which a rule on the workspace tells is looked at again for its secrets, and for nothing else."""
    asked = []

    @toy("code-injection/toy-asked", Item.DOCUMENT, [Pattern(rb"thing")])
    def counted(document: Document, hit: Hit) -> Iterator[Match]:
        asked.append(hit.start)
        yield from ()

    result = _scan({"a.toy": "thing one\nthing one\n"}, token, twice, counted)
    assert ["one stands twice."] == [f.message for f in result.findings]
    assert [0, 10] == asked


def test_secret_of_another_family_is_refused() -> None:
    """Only the rules on secrets are asked what to mask, so a secret that another rule tells is dropped, and that is said."""

    @toy("code-injection/toy-secretive", Item.DOCUMENT, [Pattern(rb"toy_[a-z0-9]{12,40}")])
    def secretive(document: Document, hit: Hit) -> Iterator[Match]:
        yield Match(document.span(hit.start, hit.end), hit.group().decode(), secret=Secret(hit.start, hit.end))

    result = _scan({"a.py": f"{TOKEN}\n"}, secretive)
    assert [] == list(result.findings)
    assert ["code-injection/toy-secretive raised ValueError"] == [s.detail for s in result.skips]


@pytest.mark.parametrize(
    ("path", "severity", "context"),
    [
        pytest.param("app.py", Severity.HIGH, "", id="in the program"),
        pytest.param("tests/app.py", Severity.LOW, "in a test", id="in a test"),
        pytest.param("examples/app.py", Severity.MEDIUM, "in an example", id="in an example"),
        pytest.param("docs/app.py", Severity.MEDIUM, "in documentation", id="in documentation"),
        pytest.param("examples/tests/app.py", Severity.LOW, "in a test", id="the larger step counts"),
        pytest.param("docs/.mcp.json", Severity.HIGH, "", id="configuration is live wherever it stands"),
    ],
)
def test_context_lowers_and_says_so(path: str, severity: Severity, context: str) -> None:
    """A finding is worth less in tests, examples and documentation, and says why."""
    (finding,) = _scan({path: "danger(x)\n"}).findings
    assert (severity, context) == (finding.severity, finding.context)
    assert finding.confidence is Confidence.HIGH


def test_secret_keeps_its_severity_in_a_test() -> None:
    """A secret is one wherever it stands."""
    (finding,) = _scan({"tests/app.py": TOKEN}).findings
    assert (Severity.HIGH, "") == (finding.severity, finding.context)


def test_long_line_is_cut_round_the_match() -> None:
    """The excerpt of a huge line shows the place of the match, with ellipses, and half a secret is never shown."""
    line = "x" * 100_000 + f" '{TOKEN}' danger(y) '{TOKEN}' " + "é" * 50_000
    finding = next(f for f in _scan({"a.py": line}).findings if f.rule.endswith("call"))
    assert "danger(y)" in finding.excerpt
    assert finding.excerpt.startswith("…x") and finding.excerpt.endswith("é…")
    assert len(finding.excerpt) < 260
    assert "toy_" not in finding.excerpt


@pytest.mark.parametrize("shift", range(60, 100))
def test_cut_never_shows_part_of_a_secret(shift: int) -> None:
    """Wherever the cut falls, a secret at the edge of the excerpt is masked whole."""
    line = " " * 500 + TOKEN + " " * shift + "danger(y)" + " " * 130 + TOKEN + " " * 500
    finding = next(f for f in _scan({"a.py": line}).findings if f.rule.endswith("call"))
    assert not [n for n in range(4, len(TOKEN)) if TOKEN[:n] in finding.excerpt or TOKEN[-n:] in finding.excerpt]


def test_excerpt_has_at_most_twelve_lines() -> None:
    """A match of many lines shows twelve of them."""
    (finding,) = _scan({"a.txt": "<<" + "a\n" * 7 + ">>"}).findings
    assert ["<<a", *["a"] * 6, ">>"] == finding.excerpt.splitlines()
    document = Document("a", b"x\n" * 30)
    assert 12 == len(excerpt(document, document.line_span(3, 29), NO_MASKS).splitlines())


def test_expression_without_bound_is_cut_by_its_author() -> None:
    """A pattern with `most` does not match more than that, and its match is otherwise as `re` finds it."""
    result = _scan({"a.txt": "<<short>> <<" + "x" * 40 + ">> <<also short>>\n"})
    assert [1, 56] == [f.span.start_column for f in result.findings]


def test_three_secrets_in_a_huge_line() -> None:
    """Three secrets in one line of 5 MB are all found, at their columns."""
    filler = "lorem ipsum = 1; " * 98_000
    text = "".join(f"{filler}'{TOKEN}{n}'" for n in range(3)) + filler
    result = _scan({"bundle.js": text})
    columns = [text.index(f"{TOKEN}{n}") + 1 for n in range(3)]
    assert columns == [f.span.start_column for f in result.findings]
    assert 5_000_000 < len(text)


def test_nothing_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """The engine writes to nobody."""
    _scan({"a.py": f"{TOKEN} crash-please"})
    assert ("", "") == capsys.readouterr()


def _spans(result: ScanResult) -> Iterator[tuple[int, int]]:
    yield from ((f.span.start_line, f.span.start_column) for f in result.findings)


def test_columns_count_code_points() -> None:
    """Columns count characters, not bytes, also on lines that are not UTF-8."""
    assert [(2, 4)] == list(_spans(_scan({"a.py": "é\néé danger(x)\n"})))
    assert [(1, 3)] == list(_spans(_scan({"a.py": b"\xff danger(x)\n"})))

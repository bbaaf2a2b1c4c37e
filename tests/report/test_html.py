"""The page works offline, runs only our script, and shows hostile text as text; in a real Chromium where one is there."""

from __future__ import annotations

import base64
import hashlib
import re
import shutil
import struct
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from sentinel.model.finding import Action, ChangeKind
from sentinel.model.report import Report
from sentinel.model.rule import Confidence, Severity
from sentinel.report.html import MOST_FINDINGS, html
from tests.report import samples
from tests.report.samples import SHELL, YAML, finding, verdict


class Page(HTMLParser):
    """The elements of a page with their attributes and text."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self._open = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._open = tag

    def handle_data(self, data: str) -> None:
        self.texts.setdefault(self._open, []).append(data)

    def of(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of each element of a name."""
        return [attributes for name, attributes in self.elements if name == tag]

    def findings(self) -> list[dict[str, str | None]]:
        """The findings on the page."""
        return [attributes for attributes in self.of("details") if attributes.get("class") == "finding"]


PAGES = pytest.mark.parametrize("make", [samples.rich, samples.empty, samples.hostile], ids=["rich", "empty", "hostile"])


@PAGES
def test_nothing_is_loaded_and_nothing_is_inline_but_ours(make: Callable[[], Report]) -> None:
    """No element that loads, no handler, one style and one script, both named by the policy."""
    page = Page(html(make()).text)
    assert set() == {tag for tag, _ in page.elements} & {
        "img",
        "link",
        "iframe",
        "object",
        "embed",
        "base",
        "svg",
        "video",
        "audio",
    }
    assert [] == [name for _, attributes in page.elements for name in attributes if name.startswith("on") or name == "style"]
    (style,), (script,) = page.texts["style"][:1], page.texts["script"][:1]
    (policy,) = [meta["content"] for meta in page.of("meta") if meta.get("http-equiv") == "Content-Security-Policy"]
    hashes = [f"'sha256-{base64.b64encode(hashlib.sha256(part.encode()).digest()).decode()}'" for part in (style, script)]
    assert f"default-src 'none'; style-src {hashes[0]}; script-src {hashes[1]}; base-uri 'none'; form-action 'none'" == policy
    assert (1, 1) == (len(page.of("style")), len(page.of("script")))


@PAGES
def test_links_are_ours(make: Callable[[], Report]) -> None:
    """Links lead to the repository or to a rule's page, and tell neither where they come from."""
    links = Page(html(make()).text).of("a")
    ours = ("https://github.com/example/server/blob/", "https://github.com/mcp-sentinel/")
    assert [] == [a for a in links if not (a["href"] or "").startswith(ours) or a["rel"] != "noreferrer noopener"]


def test_every_finding_is_on_the_page() -> None:
    """Open, suppressed and fixed findings, each with what it is filtered by."""
    states = [attributes["data-state"] for attributes in Page(html(samples.rich()).text).findings()]
    assert ["new"] * 8 + ["newly detected", "known", "suppressed", "fixed"] == states


def test_what_does_not_fit_is_counted() -> None:
    """Past the limit the page says how many are missing."""
    made = html(samples.many(MOST_FINDINGS + 3))
    assert 3 == made.left_out
    assert "3 more findings are not on this page" in made.text


def test_a_note_is_called_one_and_nothing_is_new_without_a_base() -> None:
    """Notes are counted beside the severities, which count what weighs more; where nothing is compared nothing is called new."""
    found = finding(SHELL, "a.py", 1, "x")
    note = replace(found, severity=Severity.MEDIUM, confidence=Confidence.LOW)
    whole = replace(samples.empty(), diff=None, base_sha="", verdicts=(verdict(found), verdict(note, Action.NOTE)))
    compared = replace(whole, base_sha="1" * 40)
    assert [["blocks"], ["note"]] == [re.findall(r'<span class="tag[^"]*">([^<]*)', one) for one in heads(html(whole).text)]
    assert [["blocks", "new"], ["note", "new"]] == [
        re.findall(r'<span class="tag[^"]*">([^<]*)', one) for one in heads(html(compared).text)
    ]
    assert ["1</b> high", "1</b> note"] == [n for n in re.findall(r"<li[^>]*><b>(.*?)</li>", html(whole).text) if n[0] != "0"]


def heads(page: str) -> list[str]:
    """The lines that are shown of findings before they are opened."""
    return re.findall(r"<details class=\"finding\".*?</summary>", page, re.S)


# -- In a browser


@pytest.fixture
def chromium(tmp_path: Path) -> Iterator[Callable[..., bytes]]:
    """Runs a headless Chromium over a page; returns what it prints."""
    names = ("chromium", "chromium-browser", "google-chrome")
    program = next((found for name in names if (found := shutil.which(name))), None)
    if program is None:
        pytest.skip("no Chromium on this machine")
    flags = [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync", "--hide-scrollbars", f"--user-data-dir={tmp_path / 'profile'}",
    ]  # fmt: skip

    def run(page: Path, *options: str, fragment: str = "") -> bytes:
        command = [program, *flags, *options, f"{page.as_uri()}{fragment}"]
        return subprocess.run(command, check=True, capture_output=True, timeout=120).stdout

    yield run


def saved(tmp_path: Path, text: str) -> Path:
    """The page as a file."""
    path = tmp_path / "report.html"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.chromium
def test_search_hides_what_does_not_fit(chromium: Callable[..., bytes], tmp_path: Path) -> None:
    """The script runs under its own policy: a search shows the findings that fit and counts them."""
    page = saved(tmp_path, html(samples.rich()).text)
    dom = Page(chromium(page, "--dump-dom", fragment="#search=deploy%20token").decode())
    shown = [finding["data-search"] for finding in dom.findings() if "hidden" not in finding]
    assert 1 == len(shown)
    assert "deploy/.env" in (shown[0] or "")
    assert "1 of 12" == dom.texts["output"][0]


@pytest.mark.chromium
def test_all_findings_are_shown_at_first(chromium: Callable[..., bytes], tmp_path: Path) -> None:
    """Without a search nothing is hidden."""
    dom = Page(chromium(saved(tmp_path, html(samples.rich()).text), "--dump-dom").decode())
    assert 12 == len([finding for finding in dom.findings() if "hidden" not in finding])


@pytest.mark.chromium
def test_hostile_text_makes_no_element(chromium: Callable[..., bytes], tmp_path: Path) -> None:
    """A browser's own parser finds the same elements on a hostile page as ours, none of them an image or a second script."""
    dom = Page(chromium(saved(tmp_path, html(samples.hostile()).text), "--dump-dom").decode())
    assert (1, 0, 0) == (len(dom.of("script")), len(dom.of("img")), len(dom.of("b")) - len(Severity))
    assert 6 == len(dom.findings())


@pytest.mark.chromium
def test_the_policy_stops_a_script_that_gets_through(chromium: Callable[..., bytes], tmp_path: Path) -> None:
    """Were escaping to fail, the browser would still run nothing but our script."""
    text = html(samples.rich()).text
    planted = text.replace("<main>", "<main><script>document.title = 'owned'</script><p onclick='1'>", 1)
    assert planted != text
    dom = chromium(saved(tmp_path, planted), "--dump-dom").decode()
    assert "<title>owned" not in dom
    assert "12 of 12" in dom


def size_of_png(data: bytes) -> tuple[int, int]:
    """Width and height from the header."""
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", data[16:24])
    return width, height


@pytest.mark.chromium
@pytest.mark.parametrize("width", [1200, 480], ids=["a desk", "a telephone"])
def test_picture(chromium: Callable[..., bytes], tmp_path: Path, width: int) -> None:
    """The page can be drawn at the width of a desk and of a telephone, and there is something on it."""
    picture = tmp_path / "page.png"
    page = saved(tmp_path, html(samples.rich()).text)
    chromium(page, f"--window-size={width},1600", f"--screenshot={picture}")
    data = picture.read_bytes()
    assert (width, 1600) == size_of_png(data)
    blank = tmp_path / "blank.png"
    chromium(saved(tmp_path, "<p></p>"), f"--window-size={width},1600", f"--screenshot={blank}")
    assert len(data) > 5 * len(blank.read_bytes())


def masked(text: str) -> str:
    """The page without its style and script, which have files of their own."""
    text = re.sub(r"<style>.*?</style>", "<style></style>", text, flags=re.DOTALL)
    text = re.sub(r"<script>.*?</script>", "<script></script>", text, flags=re.DOTALL)
    return re.sub(r"sha256-[A-Za-z0-9+/=]+", "sha256-", text)


@PAGES
def test_golden(golden: Callable[[str, str], None], make: Callable[[], Report]) -> None:
    """The whole page is what we have read and agreed to."""
    golden(f"report/html.{make.__name__}.html", masked(html(make()).text))


def test_what_the_change_brought_comes_first() -> None:
    """New before known, whatever their severity: the page opens with what a reader has to do something about."""
    known = verdict(finding(SHELL, "a.py", 1, "old and critical", Severity.CRITICAL), Action.PASS, ChangeKind.KNOWN)
    new = verdict(finding(YAML, "b.py", 2, "new and medium", Severity.MEDIUM), Action.WARN)
    text = html(replace(samples.empty(), verdicts=(known, new))).text
    assert re.findall(r'data-state="(\w+)"', text)[:2] == ["new", "known"]

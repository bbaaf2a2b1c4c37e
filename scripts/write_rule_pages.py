"""`make docs`: write `docs/rules` anew from the rules; pages of rules that are gone go."""

from pathlib import Path

from sentinel.engine.registry import load_registry
from sentinel.report.pages import render_pages

PAGES = Path(__file__).parents[1] / "docs/rules"


def main() -> None:
    """Leave exactly the pages of today's rules; a page that did not change keeps its time."""
    pages = {PAGES / name: text for name, text in render_pages(load_registry().rules).items()}
    for path in PAGES.rglob("*.md"):
        if path not in pages:
            path.unlink()
    for path, text in pages.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_bytes(text.encode())


if __name__ == "__main__":
    main()

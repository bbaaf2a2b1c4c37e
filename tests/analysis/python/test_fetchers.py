"""Libraries that fetch pages, convert documents or send files, each told of once."""

from __future__ import annotations

import pytest

from tests.analysis.python.workspace import told

_TOOL = (
    "import aiohttp, cherrypy, gdown, treq\nfrom pathlib import Path\nfrom crawl4ai import AsyncWebCrawler\n"
    "from docling.document_converter import DocumentConverter\nfrom langchain_community.document_loaders import WebBaseLoader\n"
    "from markitdown import MarkItDown\nfrom mcp.server.fastmcp import FastMCP\nmcp = FastMCP('x')\n\n"
    "@mcp.tool()\nasync def f(u: str):\n    {}\n"
)

FETCHED = {
    "a request without a session": ("await aiohttp.request('GET', u)", ["url"]),
    "a request of twisted": ("await treq.get(u)", ["url"]),
    "a download": ("gdown.download(u, '/tmp/x')", ["url"]),
    "a crawler": ("async with AsyncWebCrawler() as crawler:\n        await crawler.arun(url=u)", ["url"]),
    "a loader of pages": ("WebBaseLoader(u).load()", ["url"]),
    "a document of anywhere": ("MarkItDown().convert(u)", ["url"]),
    "a document of a folder": ("DocumentConverter().convert('/srv/' + u)", ["path-read"]),
    "a document of a site": ("MarkItDown().convert('https://example.com/' + u)", []),
    "a document that may be read": (
        "p = Path('/srv', u).resolve()\n    if p.is_relative_to('/srv'):\n        MarkItDown().convert(p)", [],
    ),
    "a document of the program": ("DocumentConverter().convert('/srv/x.pdf')", []),
    "a file that is sent": ("cherrypy.lib.static.serve_file('/srv/' + u)", ["path-read"]),
}  # fmt: skip


@pytest.mark.parametrize(("body", "expected"), FETCHED.values(), ids=FETCHED)
def test_library_that_fetches_is_told_of_once(body: str, expected: list[str]) -> None:
    """What a caller names is fetched or read by whatever library is at hand."""
    assert expected == [sink for _, sink, _ in told(_TOOL.replace("{}", body))]

"""`python -m sentinel.engine PATH [--rule ID]... [--no-hyperscan] [--jobs N]`: findings one a line, for those who write rules."""

from __future__ import annotations

import argparse
import hashlib
import os
import sys

from sentinel.engine.registry import load_registry
from sentinel.engine.scan import ScanOptions, scan_tree


def identify(rule: str, normalised: bytes, is_secret_strong: bool) -> str:
    """An identity that is never written down, so that a secret needs no key here."""
    return hashlib.sha256(f"{rule}\0{is_secret_strong}\0".encode() + normalised).hexdigest()[:32]


def main() -> int:
    """Scan a directory with the installed rules and print what they say."""
    from importlib import import_module

    directory_tree = import_module("sentinel.source.tree").DirectoryTree
    parser = argparse.ArgumentParser(prog="python -m sentinel.engine")
    parser.add_argument("path")
    parser.add_argument("--rule", action="append", default=[])
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--no-hyperscan", action="store_true")
    parser.add_argument("--start-method", default="")
    parser.add_argument("--skips", action="store_true")
    parser.add_argument("--phases", action="store_true")
    arguments = parser.parse_args()
    registry = load_registry()
    if arguments.rule:
        registry = registry.only(arguments.rule)
    cache = os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "sentinel")
    options = ScanOptions(
        jobs=arguments.jobs, use_hyperscan=not arguments.no_hyperscan, cache_folder=cache, start_method=arguments.start_method
    )
    result = scan_tree(directory_tree(arguments.path), registry, identify, options)
    for finding in result.findings:
        context = f" ({finding.context})" if finding.context else ""
        line = f"{finding.path}:{finding.span.start_line}: {finding.level.value} {finding.rule}: {finding.message}{context}"
        sys.stdout.write(ascii(line)[1:-1] + "\n")
    if arguments.skips:
        for skip in result.skips:
            sys.stdout.write(ascii(f"{skip.path}: skipped: {skip.reason.name} {skip.detail}")[1:-1] + "\n")
    if arguments.phases:
        for phase in result.phases:
            sys.stdout.write(f"{phase.name:20} {phase.seconds:8.3f} s\n")
        sys.stdout.write(f"{result.totals} {result.prefilter}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

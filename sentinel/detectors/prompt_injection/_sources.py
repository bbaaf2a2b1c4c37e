"""Files that hold source code, by the ends of their names: what the rules on characters share."""

from __future__ import annotations

UNPARSED = frozenset(
    "c h cc cpp cxx hpp hh m mm swift kt kts scala lua pl pm r jl dart ex exs erl hs ml fs fsx vb sol zig nim sql groovy"
    " gradle".split()
)
"""Suffixes of languages that are matched only."""
SUFFIXES = UNPARSED | frozenset(
    "py pyi pyw pyx wsgi js mjs cjs jsx es6 ts mts cts tsx go java cs csx rb rake gemspec ru php phtml php5 php7 rs sh bash zsh ksh"
    " fish dockerfile containerfile vue svelte astro".split()
)
"""Those of all."""

"""One module a language: its sources, sinks and cleaners."""

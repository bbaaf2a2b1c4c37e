"""GitHub's own descriptions, trimmed by `make.py`."""

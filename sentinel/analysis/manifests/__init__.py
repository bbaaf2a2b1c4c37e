"""Dependencies, one module a format."""

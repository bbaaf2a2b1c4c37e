"""The rules: one module each, in a folder a family."""

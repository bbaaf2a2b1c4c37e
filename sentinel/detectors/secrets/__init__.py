"""Secrets: credentials in the tree."""

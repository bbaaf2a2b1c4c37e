"""Limits that others set, met by the whole action: nothing is lost without a word, and requests stay few."""

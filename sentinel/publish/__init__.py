"""Artefacts reach GitHub: journal, outbox, API."""

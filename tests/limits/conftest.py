"""The stage is there for every test of this folder."""

from tests.attacks.stage import database, stage

__all__ = ["database", "stage"]

"""Attacks we withstand: each promise of SECURITY.md, attacked as near to its end as can be."""

"""Findings against baseline, suppressions and policy."""

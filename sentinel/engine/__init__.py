"""Runs rules over documents, within budgets, on one worker or many."""

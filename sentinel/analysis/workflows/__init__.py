"""Workflows and composite actions of GitHub as plain data with lines."""

"""Data only: the frozen types in which the stages speak to one another."""

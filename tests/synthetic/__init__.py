"""Small programs whose truth is known because they were run."""

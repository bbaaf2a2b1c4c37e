"""Documents become Items, lazily and once."""

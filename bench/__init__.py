"""The benchmark: what the scanner costs, beside tools that anyone can run, in the same run on the same machine."""

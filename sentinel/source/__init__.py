"""A directory or a git tree becomes Documents; a patch becomes the lines it touches."""

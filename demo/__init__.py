"""A small repository with a pull request, reviewed by the real program against a GitHub on this machine."""

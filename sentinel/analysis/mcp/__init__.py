"""Tools, prompts, resources and servers declared in code and in configuration, and instruction texts."""

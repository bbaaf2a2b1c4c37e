"""ToolPoisoning: tools, prompts and servers that mislead the model."""

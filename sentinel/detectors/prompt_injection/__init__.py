"""PromptInjection: instructions to an agent that its user did not give."""

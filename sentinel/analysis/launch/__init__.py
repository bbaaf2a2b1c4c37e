"""What a configuration starts: servers of MCP clients, hooks of agents and editors, install scripts."""

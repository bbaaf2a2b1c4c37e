"""MCP Sentinel: a security review of pull requests for MCP servers, agents and ordinary applications."""

__version__ = "0.1.0"

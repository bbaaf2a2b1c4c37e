"""The tests of MCP Sentinel; the folders mirror `sentinel/`."""

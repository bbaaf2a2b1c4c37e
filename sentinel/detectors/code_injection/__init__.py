"""CodeInjection: data that becomes code, a command, a path or a destination."""

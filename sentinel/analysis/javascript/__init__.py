"""Names and data flow of JavaScript and TypeScript source."""

"""Tests of the data flow of JavaScript, TypeScript and TSX."""

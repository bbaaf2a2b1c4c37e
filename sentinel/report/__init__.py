"""Report becomes Artefacts: one module a reporter."""

"""Names and data flow of Python source."""

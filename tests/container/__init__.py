"""The image, built and run as a hosted runner does."""

"""What is written twice, or promised across parts, compared by machine."""

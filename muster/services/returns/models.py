"""What the returns service keeps."""

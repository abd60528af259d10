"""What holds of any input, without a database: drawn examples, and second implementations."""

"""What bookers and staff type: validation, no side effects."""

"""What people without an account open from their mail, and calendars that subscribe."""

"""What keeps the house safe: backups, and a doctor who says what is wrong and what to do."""

"""What is kept: Tortoise models and migrations, one read before a decision and one commit after it."""

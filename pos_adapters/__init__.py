"""Adapters: what tills say, understood, kept until the service has it, and sent in order."""

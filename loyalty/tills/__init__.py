"""Tills' connections: connected, their deliveries taken and worked off, their vendors asked, and what is wrong told."""

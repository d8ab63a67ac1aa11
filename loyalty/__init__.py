"""Regulars: knows a shop's regulars and tells the person at the counter what to say."""

__version__ = "0.1.0"

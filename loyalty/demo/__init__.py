"""The demo café, all of it invented: a menu, people with habits, a year of trade, a till that sells as you watch."""

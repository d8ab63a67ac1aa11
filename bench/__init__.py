"""How fast the house is, always beside the least code that could do the same job, in one run on one machine."""

"""One file for each question that somebody asks of what is kept: a read, and frozen rows out."""

"""The pure middle: no I/O, no clock, no chance. The linter holds it to that."""

"""What people do, each a task that takes its turn in the line: enrol, answer a cue, open a screen."""

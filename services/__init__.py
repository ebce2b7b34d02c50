"""One folder per service: a value with three tables, its effects, and how to start it."""

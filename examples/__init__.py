"""Examples: agents in plain Python, and training files."""

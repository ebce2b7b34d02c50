"""Agent runner: asks agents for their decisions."""

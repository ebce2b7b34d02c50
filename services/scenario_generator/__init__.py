"""Scenario generator: the director of sessions."""

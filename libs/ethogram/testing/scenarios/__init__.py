"""Measuring the choice of scenarios on agents whose principles are known."""

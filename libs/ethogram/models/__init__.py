"""Calls of language models: providers, retries, breaker, limits, cache and prices."""

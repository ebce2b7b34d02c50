"""Ethogram: which principles does an AI agent really live by?"""

__version__ = "0.1.0"

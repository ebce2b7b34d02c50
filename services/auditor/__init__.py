"""Auditor: witnesses everything."""

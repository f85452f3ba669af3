"""Codes that people search by: how each is written, one canonical value, versions in order."""

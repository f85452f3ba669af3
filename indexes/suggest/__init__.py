"""Completion and correction from the terms of an open commit."""

"""Requests to sources: time-outs, size limits, the rate to one host, retries."""

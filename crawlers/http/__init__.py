"""Requests to sources: time-outs, size limits, the rate to one host, retries.

    call ──▶ client ──▶ requests ──▶ urllib3 ⟲ retry

The only folder that knows requests and urllib3. May import `search`.
"""

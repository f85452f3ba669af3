"""The simulated sources on the wire, each with its API."""

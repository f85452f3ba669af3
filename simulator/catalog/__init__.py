"""What the simulated sources hold, and how it is read from files."""

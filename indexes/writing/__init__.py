"""Documents become segments: inversion, merging, in one process or several."""

"""What stands in an index's folder: generations, and the position of each commit."""

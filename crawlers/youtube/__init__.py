"""The Canal on YouTube: its listing, and a video read as a document."""

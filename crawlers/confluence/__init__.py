"""TDN, a Confluence wiki: its listing, and a page read as a document."""

"""The Base de Conhecimento, a Zendesk Guide: its listing, and an article read as a document."""

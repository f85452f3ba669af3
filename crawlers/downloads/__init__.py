"""The Central de Download: its manifests, and a package read as a document."""

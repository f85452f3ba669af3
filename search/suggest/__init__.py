"""The rules of completing and correcting, on plain values."""

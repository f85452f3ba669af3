"""What an operator sets: the settings, and a sentence for each mistake in them."""

"""What comes of a turn: the records it leaves, and the answer."""

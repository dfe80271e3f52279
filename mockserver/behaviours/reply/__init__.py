"""What a turn says: the text or the call, its form, and where it ends."""

"""What a turn begins with: all that is read, settled and rendered before anything is written."""

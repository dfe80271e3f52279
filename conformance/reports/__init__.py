"""The forms in which an outcome is shown. None computes: each shows what it is given."""

"""Named rules that make a warty file mean what it says. `catalogue` lists and applies them."""

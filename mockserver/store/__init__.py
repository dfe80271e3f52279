"""Where the records are. Everything a second replica must see stands behind the `Store` protocol."""

"""How a play is run: one file a mode. See `base`."""

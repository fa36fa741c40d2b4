"""How a portrait is drawn: likeness, colours, and the parts of a bust from back to front."""

"""Parts of a character written out by a model, one file a part."""

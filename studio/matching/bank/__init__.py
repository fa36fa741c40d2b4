"""The persona bank: profiles by type, how they are composed, read, checked and brought in from elsewhere."""

"""Who speaks next: one policy a file."""

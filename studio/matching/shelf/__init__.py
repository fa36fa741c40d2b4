"""What somebody may like next: what they did, what it implies, and a yes or no to each character and scene."""

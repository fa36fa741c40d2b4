"""Many people left to themselves: what they do, whom they meet, and what comes of it."""

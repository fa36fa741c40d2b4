"""The Town page: people who live by themselves, and how word gets round."""

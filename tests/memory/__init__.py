"""What comes to mind, and what must not."""

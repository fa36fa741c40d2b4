"""The Memory page: what characters remember, why it comes to mind, and what a person may do about it."""

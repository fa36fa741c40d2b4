"""What the Cast page is made of: a character as a form, the workbench behind it, and what a model will be told."""

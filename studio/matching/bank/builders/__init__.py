"""Ways to make the profiles of a bank: one file each."""

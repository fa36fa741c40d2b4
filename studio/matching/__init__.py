"""Who should meet whom: a bank of supportive characters, scorers, tropes, casting, and a shelf of one's own."""

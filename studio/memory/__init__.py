"""What comes to a character's mind: the index over stored memories, the retrieval maths, one file a policy."""

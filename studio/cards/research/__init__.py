"""Characters and dialogues in the formats of published research data, one file a format."""

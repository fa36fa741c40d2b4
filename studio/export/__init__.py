"""Transcripts as files: one file a format. Nothing here reads a clock, so the same play gives the same bytes."""

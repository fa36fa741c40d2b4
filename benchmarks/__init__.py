"""Timed and scored runs; each prints one JSON object last."""

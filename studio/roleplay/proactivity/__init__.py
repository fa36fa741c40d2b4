"""Whether to speak up unasked, and with which tools. Used by the mode `initiative`."""

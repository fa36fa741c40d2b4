"""Goals played for over many beats, with somebody watching whether they get nearer. Used by the mode `quest`."""

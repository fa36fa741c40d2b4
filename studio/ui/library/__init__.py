"""The Library page: what is listed, what is known of one thing, what comes in and what goes out."""

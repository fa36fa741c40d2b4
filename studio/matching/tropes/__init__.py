"""Characters placed by their tropes: a space, communities in it, and a manner of speaking borrowed from kin."""

"""The Match page: somebody to talk to, kin, a cast for an open part, and what one may like next."""

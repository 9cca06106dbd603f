"""When somebody may be called: the zones of her number, the hours of a campaign there, holidays."""

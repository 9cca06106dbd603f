"""What happened: facts, call records, queue visits, offers and agents' states."""

"""What the daemon and the CRM say to each other: facts, commands, the directory, and the names of the roads."""

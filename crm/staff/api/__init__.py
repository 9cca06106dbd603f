"""Users, departments, skill groups and roles for other programs."""

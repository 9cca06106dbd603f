"""Who works here: departments and users."""

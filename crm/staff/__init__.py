"""The pages on which people are administered: users, departments, roles, skill groups."""

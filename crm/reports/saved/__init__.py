"""Reports that people keep under a name, share with roles, and have mailed."""

"""The list of calls: its filters as chips, its columns, its saved views."""

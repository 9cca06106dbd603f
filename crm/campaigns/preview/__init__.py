"""Leads that an agent looks at before they are called: shown to her one at a time, or chosen by her from a list."""

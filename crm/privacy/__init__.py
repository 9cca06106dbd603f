"""A person's data: what is kept of her, taken out for her, or erased."""

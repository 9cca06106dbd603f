"""Evidence as files: ordered on the page, written by a task, fetched by who ordered them."""

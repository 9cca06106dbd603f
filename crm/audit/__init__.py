"""The trail: who changed or opened what, when and from where. Appended to, chained, never changed."""

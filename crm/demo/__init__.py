"""A living centre to look at: people, queues, customers, and staff that work by themselves."""

"""What is true now: calls, offers, agents and queues, with their state machines as tables. Pure."""

"""What the daemon is configured with: agents, queues, routes, and the codes agents choose from."""

"""What is going on now: the feeder that follows the facts, the websocket, and the supervisors' floor."""

"""Who gets through which door: every role at every address, websocket and command, with data near and far."""

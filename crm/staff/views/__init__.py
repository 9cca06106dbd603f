"""The pages. They show, ask and call a service; who may do what is decided there."""

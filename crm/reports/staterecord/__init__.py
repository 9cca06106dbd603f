"""The state record: each agent's states one after the other, with reason, from when to when, and who caused them."""

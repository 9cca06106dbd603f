"""Two daemons, a switch, a CRM and its people in a virtual world, and everything that can go wrong with them."""

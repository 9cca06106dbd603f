"""Coming in: lock-out, password rules, sessions, the second factor, sign-on elsewhere, tickets of websockets."""

"""Other programs: who they are here, with which tokens they come in, and what these allow."""

"""The CRM: customers, configuration, records and the agents' pages. Of the daemon it sees the contract."""

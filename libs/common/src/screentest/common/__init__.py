"""Event contracts, bus, outbox, inbox, leases, migrations and storage shared by the services."""

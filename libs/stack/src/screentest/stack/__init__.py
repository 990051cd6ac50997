"""The embedded stack: private Postgres, private RabbitMQ and the supervised services."""

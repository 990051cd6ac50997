"""All SQL of the api. Functions take a transaction first and return domain objects."""

"""What the providers, the network, the database and our own processes do to a message on its way."""

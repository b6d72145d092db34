"""The registry as it is filled and read from outside: the world document and the records of the contracts."""

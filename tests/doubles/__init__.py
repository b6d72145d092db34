"""Stand-ins for the outside world, reached over real sockets."""

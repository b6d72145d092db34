"""What goes in and out: inbox, outbox, deliveries, senders' limits, broadcasts, pictures."""

"""The way in and the way out: channels, inbox, understanding, outbox."""

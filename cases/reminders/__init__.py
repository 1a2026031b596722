"""Who is written to about what, and when: swept from the rows into the outbox, read again before sending."""

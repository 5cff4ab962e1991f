"""Reports that go out by themselves: when one is due (`times`), who reads what (`readers`), and its
way into the outbox (`queueing`)."""

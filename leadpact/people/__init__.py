"""The other side: persons, companies, what identifies them, facts with history, consent."""

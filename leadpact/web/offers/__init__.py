"""Answering an offer: from the page of the lead, or by a signed link in a mail."""

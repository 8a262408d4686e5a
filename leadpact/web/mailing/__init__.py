"""Mails to many: writing, choosing, sending and what came of it; and the links in them that anybody may open."""

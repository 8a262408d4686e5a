"""Warming up: one-off mails, to whom they went, and what became of each.

Owns mailings and their recipients: one row for each person and mail, which is what keeps a mail from going twice.
Who may be written to is said by people; the order of choosing, checking and handing over is in flow/sending.
"""

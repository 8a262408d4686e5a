"""Somebody who cannot be mistaken for anybody else."""

NAME = "Zebulon Quixworth"
EMAIL = "zebulon.quixworth@unmistakable.example"
FORMER_EMAIL = "zq.before@unmistakable.example"
PHONE = "+44 20 7946 0999"
IP = "203.0.113.77"
VISITOR = "visitor-zq-8842-lighthouse"
WORDS = "the cello in our cellar is haunted"
ALL = (NAME, EMAIL, FORMER_EMAIL, PHONE, IP, VISITOR, WORDS)
COLLEAGUE = "other.person@elsewhere.example"

"""The JSON API under /api/v1: bearer tokens, the verbs of the policy, the flow functions and reads of the pages."""

"""Public hosted forms: no login, no cookie, nothing that turns a person away."""

"""What needs no Django and no package of ours: working time, money, criteria, errors, text."""

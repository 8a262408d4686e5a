"""One file a step of the journey.  Order only; the rules live in the packages below."""

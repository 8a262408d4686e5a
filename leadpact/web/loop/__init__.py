"""The loop: the five numbers, the funnel, and the rows behind each of them."""

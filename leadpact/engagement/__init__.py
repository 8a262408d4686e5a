"""What a prospect can do: kinds of act, sources of events, cleaning and counting them."""

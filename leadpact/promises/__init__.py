"""The promise object: clocks, what closes them, receipts, and the one sweep."""

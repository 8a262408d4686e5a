"""A sample company that lives through months by the same actions as a real one, with a simulated `now`.

`founding` sets it up, `prospects` says what its prospects do, `colleagues` what its own people do, and `living`
lets the days pass.  For the command line only; no page and no API leads here.
"""

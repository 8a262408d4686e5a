"""A sample company that lives through two years by the same actions as a real one, with a simulated `now`.

`founding` sets it up, `campaigns` bring `prospects`, whose `visits` are events; `colleagues` answer and sell, each in
their own time, from their `desk`; `living` lets the days pass and `progress` keeps how many; `present` sees that there
is something to do for whoever looks.  For the command line only; no page and no API leads here.
"""

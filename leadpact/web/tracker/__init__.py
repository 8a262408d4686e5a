"""The tracker: the script that a customer's site loads, as it is written and as it is served.

`t.js` is the source, to be read; what is served is the same without comments and spaces.
"""

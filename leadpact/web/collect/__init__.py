"""The collector: takes events as the Segment HTTP API has them and answers 200 once they are on disk.

Raw ASGI in front of Django: one event costs less here than Django's own way to a view.
"""

"""A retrieval chatbot for one FAQ: any way of asking in, the stored answer out, word for word."""

__version__ = "0.1.0"

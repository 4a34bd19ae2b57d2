"""The optimisation program: what is decided (``v``), what is given (``c``), one function for each equation."""

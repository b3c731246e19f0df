"""Gradients: a walk back through the graph that builds the nodes of the derivative."""

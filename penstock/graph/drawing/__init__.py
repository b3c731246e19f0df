"""Pictures of graphs, grouped by name scope: one SVG, or a page of scopes that can be opened."""

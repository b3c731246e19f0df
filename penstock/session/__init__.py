"""What a user asks: fetches and feeds of any nest, through a session that holds the state."""

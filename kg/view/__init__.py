"""The alliance page: one offline HTML file that leads from an edge to the sentences behind it."""

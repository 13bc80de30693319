"""One module a format. Each has EXTENSIONS, ONE_ARTICLE, `recognises(name, head)` and `read(source, ontology)`."""

"""One module a format. Each has EXTENSIONS, `recognises(name, head)` and `read(source, ontology)`."""

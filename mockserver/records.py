"""Records and what the resource model says of them: the mock's domain, without HTTP."""

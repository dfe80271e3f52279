"""What the API promises: the document, its operations, the resource model."""

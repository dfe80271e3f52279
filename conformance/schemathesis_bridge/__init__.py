"""The only importer of Schemathesis: what it makes of a document, sent by the target and judged by the contract."""

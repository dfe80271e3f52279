"""The only importer of Schemathesis.

It makes the cases, the target sends them, and the contract judges the answers.
"""

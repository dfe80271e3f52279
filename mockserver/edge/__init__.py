"""Subclasses of Connexion's middlewares: routing, security and request validation over compiled tables."""

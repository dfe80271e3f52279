"""Where HTTP ends: Connexion's stages in a compiled form, and what stands around them."""

import warnings

with warnings.catch_warnings():
    # Connexion imports deprecated parts of Starlette and jsonschema. Whoever starts a mock can do nothing
    # about it, and should not be told.
    warnings.simplefilter("ignore")
    import connexion

__all__ = ["connexion"]

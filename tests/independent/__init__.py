"""A second, hand-written server of the agents API: the guard against a mistake that mock and suite share."""

"""The only code that knows words of the API: what chat, suggestions, memories and jobs do."""

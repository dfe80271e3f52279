"""Speed and memory of the mock beside a bare Starlette application. Not collected by pytest."""

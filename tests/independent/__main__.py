"""`python -m tests.independent`: serve until interrupted."""

from __future__ import annotations

import argparse
import signal
import socket
import sys

import uvicorn

from .application import PREFIX, Application


def main() -> int:
    """Serve on the loopback address.

    Returns:
        The exit code.
    """
    arguments = _parse()
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", arguments.port))
        except OSError as error:
            sys.stderr.write(f"Port {arguments.port} cannot be used: {error.strerror}. Choose another.\n")
            return 2
        listener.listen(128)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/{PREFIX}"
        print(url if arguments.print_url else f"The independent server answers at {url}.", flush=True)
        _serve(listener, Application(arguments.api_keys))
    return 0


def _serve(listener: socket.socket, application: Application) -> None:
    # Once it has shut down, uvicorn raises the signal again that made it stop: there is nothing left to do.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: None)
    config = uvicorn.Config(
        application, http="h11", ws="none", log_level="error", access_log=False, timeout_graceful_shutdown=2
    )
    uvicorn.Server(config).run(sockets=[listener])


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.independent", description=__doc__)
    parser.add_argument("--port", type=int, default=8090, help="0 takes a free one")
    parser.add_argument("--api-key", required=True, help="opens one workspace")
    parser.add_argument("--api-key2", help="opens another")
    parser.add_argument("--print-url", action="store_true", help="print the base URL and nothing else")
    arguments = parser.parse_args()
    keys = [key for key in (arguments.api_key, arguments.api_key2) if key is not None]
    if len(set(keys)) != len(keys) or not all(key.strip() == key != "" for key in keys):
        parser.error("The keys must differ, and must not be empty or have white space around them.")
    arguments.api_keys = keys
    return arguments


if __name__ == "__main__":
    sys.exit(main())

"""The command line. Everything heavy is imported by the command that needs it, so that help answers at once."""

from __future__ import annotations

import sys


def main() -> None:
    """Run `ethogram`; exit codes: 0 ok, 1 a verification failed, 2 usage, 3 infrastructure."""
    from ethogram.cli.failures import explained

    try:
        from ethogram.cli.app import app

        app()
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:  # `ethogram ... | head`
        sys.stderr.close()
        sys.exit(0)
    except Exception as error:
        code, words = explained(error)
        sys.stderr.write(f"ethogram: {words}\n")
        sys.exit(code)

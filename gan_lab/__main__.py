"""`python -m gan_lab` and `gan-lab`."""

import sys

from gan_lab import terminal


def main() -> None:
    """Show the help page at once; run everything else through Hydra, which takes longer to load."""
    terminal.prepare()
    if {"--help", "-h"} & set(sys.argv[1:]):
        _help()
        return
    from gan_lab import command_line

    command_line.main()


def _help() -> None:
    from gan_lab.config import plugins
    from gan_lab.config.help_page import help_page
    from gan_lab.errors import ConfigError, complain

    try:
        plugins.use(sys.argv[1:])
        terminal.say(*help_page().split("\n"))
    except ConfigError as error:
        complain(str(error))
        sys.exit(1)


if __name__ == "__main__":
    main()

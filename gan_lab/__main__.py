"""`python -m gan_lab` and `gan-lab`."""

import sys

from gan_lab import terminal


def main() -> None:
    """Show the help page at once; run everything else through Hydra, which takes longer to load."""
    terminal.prepare()
    if {"--help", "-h"} & set(sys.argv[1:]):
        from gan_lab.config.help_page import help_page

        terminal.say(*help_page().split("\n"))
        return
    from gan_lab import command_line

    command_line.main()


if __name__ == "__main__":
    main()

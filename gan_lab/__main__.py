"""`python -m gan_lab` and `gan-lab`."""

import sys


def main() -> None:
    """Show the help page at once; run everything else through Hydra, which takes longer to load."""
    if sys.argv[1:] in (["--help"], ["-h"]):
        from gan_lab.config.help_page import help_page

        print(help_page())
        return
    from gan_lab import command_line

    command_line.main()


if __name__ == "__main__":
    main()

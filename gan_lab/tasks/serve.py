"""task=serve: look at a folder of runs in the browser, also while they go on."""

from omegaconf import DictConfig

from gan_lab.errors import ConfigError
from gan_lab.pages.server import ADDRESS, new_server
from gan_lab.runs.finding import folder_of
from gan_lab.terminal import say


def run(config: DictConfig) -> None:
    """Serve the reports below `config.runs` to this machine until Ctrl-C.

    Raises:
        ConfigError: the folder is none, or the port is taken.
    """
    folder = folder_of(config.runs)
    if folder is None:
        raise ConfigError(f"runs={config.runs} is not a folder. Name one that holds runs.")
    try:
        server = new_server(folder, config.port)
    except OSError as error:
        raise ConfigError(
            f"port={config.port} is not available ({error.strerror}). Take another one, or port=0 "
            f"for any free one."
        ) from error
    port = server.server_address[1]
    say(f"Runs in {folder.absolute()}: http://{ADDRESS}:{port} (Ctrl-C ends it)")
    with server:
        server.serve_forever()

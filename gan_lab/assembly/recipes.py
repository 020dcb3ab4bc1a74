"""How each player is trained: one recipe for all, and what is said of a player alone."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from hydra.utils import get_object
from omegaconf import DictConfig
from torch.optim import RMSprop

from gan_lab.config.build import build, check_parts
from gan_lab.config.plain import resolved
from gan_lab.config.values import shown
from gan_lab.errors import ConfigError
from gan_lab.schedules import Course, is_course
from gan_lab.training.player import Average, Player, Recipe

# Keys of the group that no optimizer's constructor takes.
BOUNDS = ("clip_norm", "max_column_norm")


def build_recipe(config: DictConfig, players: Mapping[str, Sequence[str]]) -> Recipe:
    """Return how the players of an algorithm are trained.

    Args:
        config: the whole configuration.
        players: the networks of each.

    Raises:
        ConfigError: a value cannot work, or is of a player that there is not.
    """
    check_parts(config, ["optimizer"])
    optimizer, ema = resolved(config.optimizer), resolved(config.ema)
    for group, nodes in (("optimizer", optimizer), ("ema", ema)):
        refuse_other_players(group, nodes, players)
    refuse_shared_averages(ema, players)
    return Recipe(
        players={name: _player(name, optimizer, ema.get(name)) for name in players},
        batch_size=config.batch_size,
        seed=config.seed,
        schedule=build(config.optimizer.schedule, "optimizer.schedule"),
        log_every=config.log_every,
        micro_batch=config.micro_batch,
    )


def refuse_other_players(group: str, nodes: Mapping[str, Any], players: Iterable[str]) -> None:
    """Refuse what is said of a player that the algorithm does not have.

    Args:
        group: optimizer or ema.
        nodes: what is said in it, of players and else.
        players: those there are.

    Raises:
        ConfigError: names the key.
    """
    for name, node in nodes.items():
        if not isinstance(node, dict) or "_target_" in node or is_course(node) or name in players:
            continue
        said = [key for key, value in node.items() if value is not None and key != "warm_up"]
        if said:
            raise ConfigError(
                f"{group}.{name}.{said[0]}={shown(node[said[0]])} is of a player that this "
                f"algorithm does not have; it has {' and '.join(players)}. Leave it out, or say it "
                f"of one of those."
            )


def refuse_shared_averages(ema: Mapping[str, Any], players: Mapping[str, Sequence[str]]) -> None:
    """Refuse the average of a network that learns as another player, too.

    Raises:
        ConfigError: names both.
    """
    first_of: dict[str, str] = {}
    for player, networks in players.items():
        for network in networks:
            first = first_of.setdefault(network, player)
            if first != player and _average(player, ema.get(player)):
                raise ConfigError(
                    f"ema.{player} would average the {network} alone, which learns as {first}, "
                    f"too: say ema.{first} instead, which averages it with all it learns with."
                )


def _player(name: str, optimizer: Mapping[str, Any], ema: Mapping[str, Any] | None) -> Player:
    own = {key: value for key, value in (optimizer.get(name) or {}).items() if value is not None}
    shared = {
        key: value
        for key, value in optimizer.items()
        if not isinstance(value, dict) or is_course(value)
    }
    settings = shared | own
    target = get_object(settings.pop("_target_"))
    courses = {key: Course.read(value) for key, value in settings.items() if is_course(value)}
    settings |= {key: course.start for key, course in courses.items()}
    if issubclass(target, RMSprop) and "momentum" in courses and not settings["momentum"]:
        key = f"optimizer.{name}.momentum" if "momentum" in own else "optimizer.momentum"
        written = shown((own if "momentum" in own else shared)["momentum"])
        raise ConfigError(
            f"{key}={written} must start above 0, such as at 0.001: torch's RMSprop makes room for "
            f"the last step when it begins, or never."
        )
    bounds = {key: settings.pop(key, None) for key in BOUNDS}
    if "beta1" in settings:
        settings["betas"] = (float(settings.pop("beta1")), float(settings.pop("beta2")))
    return Player(partial(target, **settings), courses, average=_average(name, ema), **bounds)


def _average(player: str, ema: Mapping[str, Any] | None) -> Average | None:
    if not ema or (ema["decay"] is None and ema["half_life_images"] is None):
        return None
    half_life = ema["half_life_images"]
    if None not in (ema["decay"], half_life):
        raise ConfigError(
            f"ema.{player}.decay={ema['decay']} and ema.{player}.half_life_images="
            f"{shown(half_life)} say the same in two ways: leave one of them out, or null."
        )
    if is_course(half_life):
        ema = ema | {"half_life_images": Course.read(half_life)}
    return Average(**ema)

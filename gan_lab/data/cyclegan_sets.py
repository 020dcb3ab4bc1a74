"""The sets that CycleGAN was published with, by their names, each a .zip of two kinds of pictures.

Zhu, Park, Isola, Efros, 2017, arXiv:1703.10593; the pictures lie in folders trainA, trainB, testA
and testB. The authors give no checksums: these are those of TensorFlow Datasets, `cycle_gan`.
"""

from functools import partial
from pathlib import Path

from gan_lab.data.files import data_folder, locked, workspace
from gan_lab.data.mirrors import check_reachable, download
from gan_lab.data.routes import UnavailableError, first_that_works

MIRRORS = (
    "https://efrosgans.eecs.berkeley.edu/cyclegan/datasets/",
    "https://people.eecs.berkeley.edu/~taesung_park/CycleGAN/datasets/",
)
SHA256 = {
    "apple2orange": "845a191e9af8926408ea597001cd03a452e3300a1f44a79fe329b3d59f6e3eb8",
    "cezanne2photo": "3a6c10ca21f9485862f1cbd707744b9dc258954a04631271d23a3605eeb63cff",
    "cityscapes": "d2f6910fd056c1ee9873777ae838e7ac4a2c833598ae62a04188e5ab2f4ea036",
    "facades": "9a31ebf3a31b9b5cd195dd5bf62e9308e00cb94604d1019e3889ac84248695c0",
    "horse2zebra": "a74d9d392eecca9966b51287a76ca126af473d9de4f3e8fc0e9cda08fa1730a1",
    "iphone2dslr_flower": "8fcb5e374d631b107e1d961b8c4cd0a186aa2a4ff3e279923f4c426128de7113",
    "maps": "639534f69dbf9f36bef8d6292a7698006361221f83f0285d7c9ca78afe6e8a9e",
    "monet2photo": "88f91b00fc228f97c9411fbf1880ec1d119c98f1722e4cfcfaa2fb35fac05b04",
    "summer2winter_yosemite": "167fe1726807a9d22bd106b4a6c0bd7953b688af924ac1bf967439c4961e49f9",
    "ukiyoe2photo": "02a2a2fb5ecf425ca1bf86aca7304377da64a2a1d3b86df54eb65e4068bf3b08",
    "vangogh2photo": "362c3473e70be0944bda08d49d660eafdc2854df55d697835b8186d1d79caaff",
}
SETS = (*SHA256, "ae_photos")  # which nobody gives a checksum of


def place_of(name: str) -> Path:
    """Return where the .zip of a set is kept, in the cache."""
    return data_folder(name) / f"{name}.zip"


def download_once(name: str) -> None:
    """Download the .zip of a set unless it is there.

    Raises:
        DataError: no mirror gives it.
    """
    place = place_of(name)
    if place.is_file():
        return
    with locked(place.parent):
        first_that_works(
            name,
            [
                partial(_already_there, place),
                *(partial(_from_mirror, name, mirror, place) for mirror in MIRRORS),
            ],
            f"Put {place.name} into {place.parent}, or name a folder of its trainA, trainB, testA "
            "and testB with data.dir=.",
        )


def _already_there(place: Path) -> None:
    if not place.is_file():  # another process may have downloaded it meanwhile
        raise UnavailableError(f"{place.parent} does not hold {place.name}")


def _from_mirror(name: str, mirror: str, place: Path) -> None:
    address = mirror + place.name
    check_reachable(address)
    with workspace(place.parent) as temporary:
        download(address, SHA256.get(name), temporary, algorithm="sha256").replace(place)

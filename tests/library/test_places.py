"""Which checkpoint a path is for."""

from gan_lab.library.places import checkpoint_of, leads_to_a_model


def files(folder, *names):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    return folder


def test_a_run_is_for_its_best_checkpoint_and_an_exported_folder_for_its_weights(tmp_path):
    run = files(tmp_path / "run", "checkpoints/last.ckpt")
    assert checkpoint_of(run) == run / "checkpoints" / "last.ckpt"
    files(run, "checkpoints/best.ckpt")
    assert checkpoint_of(str(run)) == run / "checkpoints" / "best.ckpt"
    exported = files(tmp_path / "exported", "model.safetensors")
    assert checkpoint_of(exported) == exported / "model.safetensors"


def test_folders_of_pictures_lead_to_no_model(tmp_path):
    for place in ("a.ckpt", "a.safetensors", files(tmp_path / "run", "checkpoints/last.ckpt")):
        assert leads_to_a_model(place)
    for place in ("a.npz", tmp_path / "nothing", files(tmp_path / "pictures", "a.png")):
        assert not leads_to_a_model(place)

from gan_lab.plurals import counted


def test_one_of_a_thing_is_said_as_one():
    assert [counted(n, "run") for n in (0, 1, 2, 2000)] == [
        "0 runs",
        "1 run",
        "2 runs",
        "2,000 runs",
    ]
    assert counted(1, "class", "classes") == "1 class"
    assert counted(10, "class", "classes") == "10 classes"

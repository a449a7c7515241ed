from rnnlib.data.names import load_names


def test_names_are_letters_only_and_in_one_part_only():
    data = load_names()
    assert [len(part) for part in data] == [4163, 500, 500]
    names = [name for part in data for name in part.x]
    assert len(set(names)) == len(names)
    assert set("".join(names)) == set("abcdefghijklmnopqrstuvwxyz")
    assert all(part.y is None for part in data)
    assert {"mary", "james", "patricia", "john"} <= set(names)


def test_the_parts_are_alike():
    means = [sum(map(len, part.x)) / len(part) for part in load_names()]
    assert max(means) - min(means) < 0.2

"""Key patches lie where contours are, show what is not yet shown, and are cut where they lie."""

import torch

from gan_lab.data.key_patches import covered, cut, gradient_energy, key_places


def test_energy_is_the_squared_differences_to_the_next_row_and_column():
    images = torch.tensor([[[[0.0, 3.0], [1.0, 1.0]]]])

    assert gradient_energy(images).tolist() == [[[[1.0 + 9.0, 4.0], [0.0, 0.0]]]]
    assert torch.equal(gradient_energy(images.expand(1, 3, 2, 2)), 3 * gradient_energy(images))


def test_the_first_patch_is_the_one_with_the_most_energy_of_all_there_are():
    images = torch.rand(5, 3, 9, 11, generator=torch.Generator().manual_seed(0))
    energy = gradient_energy(images)[:, 0]

    places = key_places(images, 1, (3, 4))

    for image, (top, left) in enumerate(places[:, 0].tolist()):
        sums = {
            (y, x): energy[image, y : y + 3, x : x + 4].sum().item()
            for y in range(7)
            for x in range(8)
        }
        assert (top, left) == max(sums, key=sums.get)


def test_what_is_shown_already_does_not_count_again():
    image = torch.zeros(1, 1, 20, 20)
    for height, (top, left) in zip((9.0, 5.0, 3.0), ((2, 2), (10, 13), (15, 4)), strict=True):
        image[0, 0, top, left] = height  # a dot, whose energy is in three pixels

    places = key_places(image, 3, (4, 4))

    masks = [covered(places[:, [number]], (4, 4), (20, 20)) for number in range(3)]
    assert [mask[0, 0, top, left].item() for mask, (top, left) in zip(
        masks, ((2, 2), (10, 13), (15, 4)), strict=True
    )] == [True] * 3  # fmt: skip


def test_a_blank_image_has_patches_too():
    assert key_places(torch.zeros(2, 1, 8, 8), 3, (4, 4)).tolist() == [[[0, 0]] * 3] * 2


def test_places_do_not_depend_on_which_images_are_beside():
    images = torch.rand(6, 1, 12, 12, generator=torch.Generator().manual_seed(1))

    alone = [key_places(image[None], 3, (4, 4)) for image in images]

    assert torch.equal(key_places(images, 3, (4, 4)), torch.cat(alone))


def test_patches_are_cut_where_their_places_say_and_the_mask_covers_them():
    images = torch.rand(4, 3, 10, 12, generator=torch.Generator().manual_seed(2))
    places = torch.tensor([[[0, 0], [7, 9]], [[3, 4], [3, 5]], [[1, 9], [6, 0]], [[7, 8], [0, 1]]])

    patches = cut(images, places, (3, 2))
    masks = covered(places, (3, 2), (10, 12))

    assert patches.shape == (4, 2, 3, 3, 2)
    for n in range(4):
        expected = torch.zeros(10, 12, dtype=torch.bool)
        for k in range(2):
            top, left = places[n, k]
            part = (slice(top, top + 3), slice(left, left + 2))
            assert torch.equal(patches[n, k], images[n, :, *part])
            expected[part] = True
        assert torch.equal(masks[n, 0], expected)
    assert masks.sum((1, 2, 3)).tolist() == [12, 9, 12, 12]

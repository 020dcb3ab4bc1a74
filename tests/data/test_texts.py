"""Texts become tokens and words again."""

from gan_lab.data.texts import MOST_TOKENS, text_of, tokens_of, vocabulary, words_of


def test_words_are_in_small_letters_without_signs():
    assert words_of("A thick seven, leaning LEFT; the cat's!") == [
        "a", "thick", "seven", "leaning", "left", "the", "cat's",
    ]  # fmt: skip


def test_a_vocabulary_has_each_word_once_in_order():
    assert vocabulary(["two red", "red one"]) == ("one", "red", "two")


def test_tokens_count_from_one_and_are_filled_up_with_nothing():
    assert tokens_of(["red one", "two"], ("one", "red", "two")).tolist() == [[2, 1], [3, 0]]


def test_unknown_words_are_left_out_and_there_is_room_for_none():
    assert tokens_of(["a red one"], ("one", "red")).tolist() == [[2, 1]]
    assert tokens_of(["a"], ("one",)).tolist() == [[0]]
    assert tokens_of([], ("one",)).shape == (0, 1)


def test_a_long_text_is_read_in_part():
    assert tokens_of(["red " * 100], ("red",)).shape == (1, MOST_TOKENS)


def test_tokens_become_the_text_again():
    assert text_of([2, 1, 0], ("one", "red")) == "red one"

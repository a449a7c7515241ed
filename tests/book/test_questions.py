"""Questions in the built pages: by keyboard, with hints that fit, and nothing that is stored."""

import re

import pytest
from pages import CHAPTERS, SETTLED

CHAPTER = "notebooks/02_recurrent_neural_network.html"
HOSTILE = ["<img src=x onerror=alert(1)>", "</script>", "\u202e66", "6" * 10_000, "\x00", "javascript:1"]


def questions(page):
    page.wait_for_function(SETTLED)
    return page.locator(".rnn-predict")


@pytest.fixture(scope="module", params=CHAPTERS)
def chapter(request, opening):
    """A chapter, opened once for the tests that answer all its questions."""
    with opening() as opened:
        yield opened(request.param)


def test_every_choice_is_answered_and_one_of_them_is_right(chapter):
    for quiz in questions(chapter).all():
        if "rnn-question" in quiz.get_attribute("class"):
            continue
        verdicts = []
        for choice in quiz.locator("input").all():
            choice.check()
            verdicts.append(quiz.locator(".rnn-answer").inner_text())
        assert len(set(verdicts)) == len(verdicts) >= 3
        assert sum(v.startswith("Right.") for v in verdicts) == 1


def test_every_written_question_answers_its_likely_mistakes_and_explains_at_last(chapter):
    for quiz in questions(chapter).locator("xpath=self::*[contains(@class, 'rnn-question')]").all():
        said, show = quiz.locator(".rnn-answer"), quiz.get_by_role("button", name="Show the explanation")
        if quiz.locator("input").count() == 0:  # an order
            quiz.get_by_role("button", name="Check").click()
            assert said.inner_text().startswith("Not yet.")
            continue
        field = quiz.locator("input")
        field.fill("what?")
        field.press("Enter")
        assert said.inner_text().startswith("Please write")
        hints = []
        for text in ("987654", "987653", "987652"):  # a number, and a shape with one axis
            field.fill(text)
            field.press("Enter")
            hints.append(said.inner_text())
        assert all(hint.startswith("Not yet.") for hint in hints)
        assert hints[0] != hints[1] == hints[2]
        assert quiz.locator(".rnn-why").is_hidden()
        show.press("Enter")
        assert quiz.locator(".rnn-why").is_visible()


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_answers_stay_text(open_page, text):
    page = open_page(CHAPTER)
    elements = page.evaluate("document.querySelectorAll('img, script, iframe').length")
    for quiz in questions(page).locator("xpath=self::*[contains(@class, 'rnn-question')]").all():
        if quiz.locator("input").count():
            quiz.locator("input").fill(text)
            quiz.locator("input").press("Enter")
            assert "Right" not in quiz.locator(".rnn-answer").inner_text()
    assert page.evaluate("document.querySelectorAll('img, script, iframe').length") == elements


def test_a_written_answer_gets_the_hint_that_fits(open_page):
    page = open_page(CHAPTER)
    questions(page)
    quiz = page.locator(".rnn-question", has_text="How many parameters")
    field, said = quiz.locator("input"), quiz.locator(".rnn-answer")
    show = quiz.get_by_role("button", name="Show the explanation")
    for text, words in [("660", "every step"), ("60", "bias")]:
        field.fill(text)
        field.press("Enter")
        assert said.inner_text().startswith("Not yet.") and words in said.inner_text()
    assert show.is_visible() and quiz.locator(".rnn-why").is_hidden()
    field.fill(" 66.0 ")
    field.press("Enter")
    assert said.inner_text() == "Right." and quiz.locator(".rnn-why").is_visible() and show.is_hidden()


def test_an_order_is_put_right_by_keys(open_page):
    page = open_page(CHAPTER)
    questions(page)
    quiz = page.locator(".rnn-question", has=page.locator(".rnn-order"))
    items = quiz.locator(".rnn-item")
    first = items.nth(0).inner_text()
    quiz.get_by_role("button", name=f"Move {first} later").focus()
    page.keyboard.press("Enter")
    assert items.nth(1).inner_text() == first
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == f"Move {first} later"
    page.keyboard.press("Enter")
    assert items.nth(2).inner_text() == first
    quiz.get_by_role("button", name="Check").press("Enter")
    assert quiz.locator(".rnn-answer").inner_text().startswith(("Not yet.", "Right."))


def test_progress_is_counted_and_forgotten(open_page):
    page = open_page(CHAPTER)
    total = questions(page).count()
    line = page.locator(".book-progress")
    assert f"0 of {total} answered" in line.inner_text()
    page.get_by_label("Exactly half, whatever its size").check()
    assert f"1 of {total} answered" in line.inner_text()
    link = line.locator("a").first
    assert "answered" in link.get_attribute("aria-label")
    target = link.get_attribute("href").removeprefix("#")
    assert re.search("rnn-predict", page.locator(f"[id='{target}']").get_attribute("class"))
    assert page.evaluate("Object.keys(localStorage).filter(k => !/theme|mode/.test(k)).length") == 0
    page.reload()
    questions(page)
    assert f"0 of {total} answered" in page.locator(".book-progress").inner_text()

"""The page in a real browser: typing, reading, filtering, the matrix, the map, in the dark and on a phone."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect, sync_playwright

expect.set_options(timeout=20_000)

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
             "--disable-background-networking", "--disable-component-update", "--disable-sync"]  # fmt: skip

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: apt-get install chromium")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Any) -> Iterator[Any]:
    """Opens pages; at the end nothing may have gone wrong in them, and nothing may have been loaded from elsewhere."""
    wrong: list[str] = []
    contexts: list[Any] = []

    def open_one(client: Any, place: str = "#/search", **options: Any) -> Any:
        context = browser.new_context(viewport={"width": 1400, "height": 900}, **options)
        contexts.append(context)
        page = context.new_page()
        own = str(client.base_url).rstrip("/")
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda message: wrong.append(message.text) if "Security Policy" in message.text else None)
        page.on("request", lambda request: None if request.url.startswith(own) else wrong.append(request.url))
        page.goto(f"{own}/{place}")
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert wrong == []


def search(page: Any, words: str, mode: str = "Words") -> Any:
    page.get_by_text(mode, exact=True).click()
    page.keyboard.press("/")
    page.keyboard.type(words)
    return page.locator("#hits .hit")


@pytest.mark.parametrize("view", ["constructor", "__proto__", "nowhere"])
def test_a_view_that_is_none_shows_the_search(reading: Any, open_page: Any, view: str) -> None:
    page = open_page(reading, f"#/{view}")
    expect(page.locator("#question")).to_be_visible()


def test_hits_come_as_one_types_with_the_sentence_marked_in_its_context(reading: Any, open_page: Any) -> None:
    page = open_page(reading)
    hits = search(page, "undo commit")
    expect(hits.first.locator("mark")).to_have_text("To undo the last commit, run git reset.")
    expect(hits.first.locator(".sentence")).to_contain_text("The files stay as they are.")
    expect(hits.first.locator(".place")).to_contain_text("git.md")
    expect(hits.first.locator(".place")).to_contain_text("Git › Mishaps")
    expect(page.locator("#status")).to_have_text(re.compile(r"^2 hits"))


def test_the_last_question_wins_however_late_the_others_are_answered(reading: Any, open_page: Any) -> None:
    page = open_page(reading)
    page.route("**/search", lambda route: (page.wait_for_timeout(600), route.continue_())
               if "parrot" in route.request.post_data else route.continue_())  # fmt: skip
    hits = search(page, "parrot")
    page.wait_for_timeout(300)
    page.locator("#question").fill("dogs")
    expect(hits).to_have_count(1)
    page.wait_for_timeout(800)
    expect(hits.locator("mark")).to_have_text("Dogs bark at night.")


def test_arrows_choose_enter_opens_at_the_place_and_escape_goes_back(reading: Any, open_page: Any) -> None:
    page = open_page(reading)
    expect(search(page, "paragraph number 400 401").nth(1)).to_be_visible()
    chosen = page.locator("#hits mark").nth(1).inner_text()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    marked = page.locator("#reader-text mark")
    expect(marked).to_have_text(chosen)
    expect(marked).to_be_in_viewport()
    expect(page.locator("#reader-title")).to_have_text("long.txt")
    page.keyboard.press("Escape")
    expect(page.locator("#reader")).to_be_hidden()
    expect(page.locator("#hits .sentence").nth(1)).to_be_focused()


def test_a_long_document_is_read_on_in_both_directions(reading: Any, open_page: Any, documents: Any) -> None:
    page = open_page(reading, f"#/search?doc={documents}/long.txt&at=150")
    text = page.locator("#reader-text")
    expect(text.locator("mark")).to_have_text("Paragraph 150 is about the number 150.")
    expect(text.locator("mark")).to_be_in_viewport()
    page.get_by_role("button", name="Later").click()
    expect(text).to_contain_text("Paragraph 499 ")
    page.get_by_role("button", name="Earlier").click()
    expect(text).to_contain_text("Paragraph 0 ")
    expect(text.locator("[data-ordinal='50']")).to_be_in_viewport()
    expect(text.get_by_role("button")).to_have_count(0)


def test_a_document_is_read_with_its_headings(reading: Any, open_page: Any, documents: Any) -> None:
    page = open_page(reading, f"#/search?doc={documents}/git.md&at=1")
    expect(page.locator("#reader-text h3")).to_have_text(["Git", "Mishaps", "Teamwork"])
    expect(page.locator("#reader-text > *")).to_have_text(
        [
            "Git",
            "Mishaps",
            "To undo the last commit, run git reset. The files stay as they are.",
            "Teamwork",
            "Push sends your commits to the remote repository.",
        ]
    )


def test_what_was_typed_a_moment_ago_is_not_lost(reading: Any, open_page: Any) -> None:
    page = open_page(reading)
    page.locator("#question").fill("cat words night")
    page.locator("#filter").fill("year>=2021")
    page.keyboard.press("Enter")
    page.locator("#question").fill("words")
    page.get_by_text("Words", exact=True).click()
    expect(page.locator("#hits mark")).to_have_text(["A parrot repeats words."])
    expect(page.locator("#question")).to_have_value("words")


def test_filters(reading: Any, open_page: Any) -> None:
    page = open_page(reading)
    hits = search(page, "cat words night")
    expect(hits).to_have_count(3)
    page.locator("#filter").fill("year>=2021")
    page.keyboard.press("Enter")
    expect(hits).to_have_count(2)
    page.locator("#filter").fill("=")
    page.keyboard.press("Enter")
    expect(page.locator("#status")).to_contain_text("cannot understand the filter")
    page.get_by_role("button", name="Remove the filter =").click()
    page.get_by_role("button", name="Remove the filter year>=2021").click()
    expect(hits).to_have_count(3)


def test_the_address_brings_everything_back(reading: Any, open_page: Any) -> None:
    page = open_page(reading, "#/search?q=cat&mode=keyword&where=year%3E%3D2020")
    expect(page.locator("#question")).to_have_value("cat")
    expect(page.locator("[name=mode][value=keyword]")).to_be_checked()
    expect(page.locator("#status")).to_have_text(re.compile("^1 hit "))
    expect(page.locator("#hits mark").first).to_have_text("The cat sleeps on the mat.")
    page.get_by_role("link", name="More like this").first.click()
    expect(page.locator("#chips")).to_contain_text("like a sentence in")
    page.go_back()
    expect(page.locator("#hits mark").first).to_have_text("The cat sleeps on the mat.")


def test_documents_are_text_and_never_markup(writing: Any, open_page: Any) -> None:
    trap = "<img src=x onerror=alert(1)> <b>bold</b> trap & more"
    metadata = {"<script>alert(2)</script>": "<i>x</i>", "tags": ["<b>"]}
    writing.post("/documents", json={"documents": [{"text": trap, "uri": "<u>evil.md", "metadata": metadata}]})
    page = open_page(writing)
    expect(search(page, "trap").locator("mark")).to_have_text(trap)
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.locator("#reader-title")).to_have_text("<u>evil.md")
    expect(page.locator("#reader-place")).to_contain_text('<script>alert(2)</script>: <i>x</i> · tags: ["<b>"]')
    assert page.locator("main img, main b b, #reader i, #reader script").count() == 0


def test_an_empty_collection_says_so(writing: Any, open_page: Any) -> None:
    writing.delete("/documents", params={"where": "path=*"})
    page = open_page(writing)
    expect(page.locator("#status")).to_have_text("Nothing is indexed yet.")
    page.goto(page.url.split("#")[0] + "#/map")
    expect(page.locator("#map-note")).to_contain_text("0 sentences")


def test_the_matrix_of_pasted_sentences(reading: Any, open_page: Any) -> None:
    page = open_page(reading, "#/compare")
    cells = page.locator("#matrix tbody td")
    expect(cells).to_have_count(36)
    page.locator("#sentences").fill("The very same.\nThe very same.\nAnother one.")
    expect(cells).to_have_count(9)
    assert [cells.nth(n).inner_text() for n in (0, 1, 3, 4, 8)] == ["1.00"] * 5
    expect(page.get_by_role("rowheader").nth(2)).to_contain_text("Another one.")


def test_the_map_is_walked_with_the_keyboard(reading: Any, open_page: Any) -> None:
    page = open_page(reading, "#/map")
    expect(page.locator("#map-note")).to_contain_text("506 sentences")
    expect(page.locator("#legend li").first).to_have_text("long.txt")
    page.locator("#plane").focus()
    seen = set()
    for key in ("ArrowRight", "ArrowRight", "ArrowUp"):
        page.keyboard.press(key)
        seen.add(page.locator("#point").inner_text())
    assert len(seen) >= 2
    text = page.locator("#point p").nth(1).inner_text()
    page.keyboard.press("Enter")
    expect(page.locator("#reader-text mark")).to_have_text(text)


def test_a_server_with_a_token_asks_for_it_once(guarded: Any, open_page: Any) -> None:
    page = open_page(guarded)
    expect(page.locator("#token-wrong")).to_be_hidden()
    page.locator("#token").fill("a guess")
    page.keyboard.press("Enter")
    expect(page.locator("#token-wrong")).to_be_visible()
    page.locator("#token").fill("a token that nobody guesses")
    page.keyboard.press("Enter")
    expect(page.locator("#collection")).to_contain_text("5 documents")
    expect(search(page, "parrot").locator("mark")).to_have_text("A parrot repeats words.")


def luminance(colour: str) -> float:
    """Source: WCAG 2.2, relative luminance."""
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


CONTRASTS = """() => {
    const pen = document.createElement('canvas').getContext('2d');
    const rgb = (colour) => { pen.fillStyle = colour; pen.fillRect(0, 0, 1, 1);
        return `rgb(${pen.getImageData(0, 0, 1, 1).data.slice(0, 3)})`; };
    const paint = (element) => getComputedStyle(element);
    const behind = (element) => { for (let at = element; at; at = at.parentElement)
        if (!/rgba\\(.*, 0\\)/.test(paint(at).backgroundColor)) return rgb(paint(at).backgroundColor); };
    return [...document.querySelectorAll('body *')].filter((element) => element.checkVisibility()
        && [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
        .map((element) => [element.textContent, rgb(paint(element).color), behind(element)]);
}"""


def assert_readable(page: Any) -> None:
    texts = page.evaluate(CONTRASTS)
    assert len(texts) > 10
    for text, ink, paper in texts:
        bright, dim = sorted((luminance(ink), luminance(paper)), reverse=True)
        assert (bright + 0.05) / (dim + 0.05) >= 4.5, (text, ink, paper)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_is_readable_by_day_and_by_night(reading: Any, open_page: Any, scheme: str) -> None:
    page = open_page(reading, "#/search?q=cat&mode=keyword", color_scheme=scheme, reduced_motion="reduce")
    page.locator("#hits .sentence").first.click()
    expect(page.locator("#reader-text mark")).to_be_visible()
    page.mouse.move(0, 0)
    assert_readable(page)
    assert (luminance(page.evaluate("getComputedStyle(document.body).backgroundColor")) < 0.1) is (scheme == "dark")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_cell_of_the_matrix_is_readable(reading: Any, open_page: Any, scheme: str) -> None:
    page = open_page(reading, "#/compare", color_scheme=scheme, reduced_motion="reduce")
    page.locator("#sentences").fill("\n".join(f"Sentence {number}." for number in range(10)))
    cells = page.locator("#matrix tbody td")
    expect(cells).to_have_count(100)
    cells.evaluate_all("cells => cells.forEach((cell, number) => cell.style.setProperty('--heat', number / 99))")
    assert_readable(page)


def test_on_a_phone_nothing_sticks_out(reading: Any, open_page: Any) -> None:
    page = open_page(reading)
    page.set_viewport_size({"width": 360, "height": 740})
    expect(search(page, "paragraph").first).to_be_visible()
    for place in ("#/search", "#/compare", "#/map"):
        page.goto(page.url.split("#")[0] + place)
        expect(page.locator(f"#{place[2:]}")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, place
    page.goto(page.url.split("#")[0] + "#/search?q=paragraph&mode=keyword")
    page.locator("#hits .sentence").first.click()
    expect(page.locator("#reader")).to_be_in_viewport(ratio=0.99)
    page.locator("#reader-close").click()
    expect(page.locator("#reader")).to_be_hidden()


def test_every_control_has_a_name(reading: Any, open_page: Any) -> None:
    page = open_page(reading, "#/search?q=cat&mode=keyword")
    expect(page.locator("#hits .hit").first).to_be_visible()
    for place in ("#/search?q=cat&mode=keyword", "#/compare", "#/map"):
        page.goto(page.url.split("#")[0] + place)
        names = page.locator("a:visible, button:visible, input:visible, textarea:visible, canvas:visible").evaluate_all(
            "controls => controls.filter((control) => !(control.getAttribute('aria-label')"
            " || control.textContent.trim() || control.labels?.length)).map((control) => control.outerHTML)"
        )
        assert names == []

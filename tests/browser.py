"""A real Chromium for the tests, and a page that fails on any error and on any request that is not a local file."""

import os
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING, NoReturn

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Dialog, Page

FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]


def chromium() -> str | None:
    """Where the system's Chromium is."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def _missing(what: str) -> NoReturn:
    required = "browser" in os.environ.get("KG_REQUIRE", "").split(",")
    (pytest.fail if required else pytest.skip)(what)


@pytest.fixture(scope="session")
def browser() -> "Iterator[Browser]":
    """The system's Chromium. Skipped where there is none, unless `KG_REQUIRE` names `browser`."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        _missing("playwright is not installed")
    path = chromium()
    if path is None:
        _missing("no Chromium (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield running
        running.close()


@pytest.fixture
def page(browser: "Browser") -> "Iterator[Page]":
    """A page of 1440 by 900 pixels, in which errors, dialogs and requests other than for files fail the test."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    opened = context.new_page()
    opened.set_default_timeout(10_000)
    wrong: list[str] = []

    def refuse(dialog: "Dialog") -> None:
        wrong.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    opened.on("pageerror", lambda error: wrong.append(f"error: {error}"))
    opened.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    opened.on("dialog", refuse)
    context.on("request", lambda request: None if request.url.startswith("file:") else wrong.append(request.url))
    context.route(lambda url: not url.startswith("file:"), lambda route: route.abort())
    yield opened
    context.close()
    if wrong:
        pytest.fail("\n".join(wrong))

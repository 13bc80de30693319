import pytest


@pytest.fixture
def browser(): ...
@pytest.fixture
def page(): ...

"""What tests of the assessment share."""

import pytest

from tests.assessment.directory import add_sample_directory, add_zip_codes
from tests.assessment.renewing import Upgrade


@pytest.fixture
def zip_codes(db):
    add_zip_codes()


@pytest.fixture
def sample_directory(db):
    add_sample_directory()


@pytest.fixture
def upgrade(tmp_path):
    """`upgrade()`: a second version of the questions comes into force, until the test is over."""
    made = Upgrade(tmp_path)
    yield made
    made.undo()

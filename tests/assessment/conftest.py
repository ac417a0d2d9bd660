"""What tests of the assessment share."""

import pytest

from tests.assessment.directory import add_sample_directory, add_zip_codes
from tests.assessment.renewing import upgrade

__all__ = ["upgrade"]


@pytest.fixture
def zip_codes(db):
    add_zip_codes()


@pytest.fixture
def sample_directory(db):
    add_sample_directory()

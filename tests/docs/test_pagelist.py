"""The list of pages that are photographed and looked at by axe knows every page of the site."""

from django.urls import reverse

from crm.navigation import ENTRIES, FURTHER
from docs.pagelist import PAGES


def test_every_page_of_the_navigation_and_of_the_palette_is_in_it():
    missing = {entry.url for entry in (*ENTRIES, *FURTHER)} - {shown.url for shown in PAGES}
    assert not missing, "add them to docs/pagelist.py"


def test_every_page_in_it_has_an_address_and_a_name_of_its_own():
    assert all(reverse(shown.url) for shown in PAGES)
    assert len({shown.name for shown in PAGES}) == len(PAGES)

"""No field without a rule: what is not declared fails here, before it can be forgotten in an erasure."""

from __future__ import annotations

import pytest
from django.apps import apps

from apps.core import personal
from apps.core.personal import Holder, Subject

HOLDERS = {holder.model: holder for holder in personal.holders() if holder.model}
MODELS = {model._meta.label: model for model in apps.get_models()}


def fields(label: str) -> set[str]:
    return {field.name for field in MODELS[label]._meta.get_fields() if field.concrete}


@pytest.mark.parametrize("label", sorted(MODELS))
def test_every_field_is_declared_or_declared_impersonal(label: str) -> None:
    assert label in HOLDERS, f"{label}: register a Holder in its app's personal.py"
    holder = HOLDERS[label]
    assert fields(label) - set(holder.fields) - holder.impersonal == set()


@pytest.mark.parametrize("label", sorted(HOLDERS))
def test_no_declaration_names_a_field_that_is_not_there_or_names_one_twice(label: str) -> None:
    holder = HOLDERS[label]
    assert (set(holder.fields) | holder.impersonal) - fields(label) == set()
    assert set(holder.fields) & holder.impersonal == set()


@pytest.mark.parametrize("holder", personal.holders(), ids=lambda holder: holder.name)
def test_every_holder_says_whose_why_and_when_it_goes(holder: Holder) -> None:
    assert holder.whose
    assert holder.why
    assert holder.goes
    assert bool(holder.method) == bool(holder.checked)


@pytest.mark.django_db
@pytest.mark.parametrize("holder", personal.holders(), ids=lambda holder: holder.name)
def test_every_holder_can_be_asked_about_nobody_and_changes_nothing(holder: Holder) -> None:
    nobody = Subject()
    assert holder.find(nobody) == 0
    assert list(holder.export(nobody)) == []
    assert holder.erase(nobody) == 0
    assert holder.verify(nobody) == 0


def test_a_name_is_taken_once() -> None:
    with pytest.raises(ValueError, match="already"):
        personal.register(personal.holders()[0])

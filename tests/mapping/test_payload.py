"""Texts of the payload come back verbatim and hold nothing that a template could read."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siting.mapping.payload import FORBIDDEN, to_safe_json

_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')

HOSTILE = (
    "{{7*7}}",
    "{% raw %}",
    "{# x #}",
    "${7*7}",
    "`id`",
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<!--",
    "a\u2028b\u2029c",
    'back\\slash and \\u003c and "quotes"',
    "[[data]]",
    "\x00\x07\n\r\t",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_comes_back_verbatim(text: str):
    assert json.loads(to_safe_json({"name": text})) == {"name": text}


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_written_without_its_signs(text: str):
    written = to_safe_json(text)
    assert not set(written) & set(FORBIDDEN)


@given(st.text(alphabet=st.characters(codec=None), max_size=60))
def test_any_text_comes_back(text: str):
    assert json.loads(to_safe_json([text, {text: text}])) == [text, {text: text}]


@given(st.text(alphabet=st.sampled_from('ab<>&{}%`$\\"\u2028\u2029é红\ud800'), max_size=40))
def test_no_forbidden_sign_inside_any_text(text: str):
    written = to_safe_json({text: [text]})
    inside = "".join(_STRING.findall(written))
    assert not set(inside) & set(FORBIDDEN)
    assert "\\\\" not in inside
    assert written.encode("utf-8")


def test_template_openers_never_appear():
    nested = {"a": {"b": [{"c": {}}, [[]], {}]}, "{{x}}": {"{%": "{#"}}
    written = to_safe_json(nested)
    assert not any(opener in written for opener in ("{{", "{%", "{#", "${", "<"))


def test_nan_is_refused():
    with pytest.raises(ValueError, match="not JSON compliant"):
        to_safe_json({"area": float("nan")})

from __future__ import annotations
import json
def test_the_tiny_city_is_clean(siting, tiny):
    run = siting("check", tiny.write(), "--json")
    assert run.status == 0, run.out+run.err
    assert json.loads(run.out)["red_lines"][0]["outcome"] == "clear"

"""Whatever happens to a city between runs, what is kept of it changes no report."""

from __future__ import annotations

import contextlib
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from ..check.kept_city import CHANGES, Scene, document, kept, moved

METRES = st.sampled_from([-300.0, -40.0, -1.0, -1e-4, 1e-3, 0.5, 5.0, 60.0, 900.0])
STEPS = st.one_of(
    st.sampled_from(sorted(CHANGES)),
    st.tuples(st.sampled_from(["R1", "R2", "R3", "R4", "R5"]), METRES, METRES),
    st.tuples(st.sampled_from(["farmland", "power_line", "zoning"]), METRES, METRES),
)


def take(scene: Scene, step) -> None:
    # two changes may not go together: what is gone cannot move
    with contextlib.suppress(KeyError, AttributeError, IndexError):
        if isinstance(step, str):
            CHANGES[step](scene)
        elif step[0] in scene.red_lines:
            line = scene.red_lines[step[0]]
            scene.change_line(step[0], geometry=moved(line.geometry, *step[1:]))
        else:
            scene.change_frame(
                step[0],
                lambda frame: frame.set_geometry(
                    [moved(frame.geometry[0], *step[1:]), *frame.geometry[1:]], crs=frame.crs
                ),
            )


@settings(max_examples=6)
@given(st.lists(STEPS, min_size=1, max_size=6))
def test_any_history_of_changes(steps) -> None:
    scene = Scene()
    with TemporaryDirectory() as folder:
        store = kept(Path(folder) / "store")
        scene.check(store)
        for step in steps:
            take(scene, step)
            assert document(scene.check(store)[0]) == document(scene.check()[0])
            assert scene.judged(store) == 0

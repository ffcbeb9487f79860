"""The store: what is put comes back, and nothing that is not what was put ever does."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from siting.store import DamagedEntryError, Store
from siting.store.entry import BLOCK_BYTES

KEY = "ab" * 16
META = {"label": "宗地 parcels", "rows": 3}


def arrays() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(7)
    return {
        "xy": rng.normal(size=(9_000, 2)),
        "offsets": np.arange(50_001, dtype=np.int64),
        "flags": rng.integers(0, 2, 1_000).astype(np.bool_),
        "none": np.empty((0, 4)),
    }


def table() -> pa.Table:
    return pa.table({"name": ["甲", None, "c"], "area": [1.5, 2.5, None], "odd": [[1], [], None]})


def filled(root: Path) -> Store:
    store = Store(root)
    assert store.put("layer", KEY, META, arrays=arrays(), table=table()) is not None
    return store


def test_what_is_put_comes_back(tmp_path):
    entry = filled(tmp_path).get("layer", KEY)
    assert entry is not None
    assert entry.meta == META
    assert entry.label == "宗地 parcels"
    assert entry.names == ["flags", "none", "offsets", "xy"]
    for name, expected in arrays().items():
        found = entry.array(name)
        assert found.dtype == expected.dtype
        assert np.array_equal(found, expected)
        assert not found.flags.writeable
    assert entry.table().equals(table())
    assert entry.table(["area"]).equals(table().select(["area"]))


def test_parts_of_a_column_are_those_of_the_array(tmp_path):
    entry = filled(tmp_path).get("layer", KEY)
    column, whole = entry.column("xy"), arrays()["xy"]
    places = np.array([8_999, 0, 17, 17])
    assert np.array_equal(column.take(places), whole[places])
    starts, stops = np.array([5, 4_000, 8_000]), np.array([9, 4_000, 8_700])
    expected = np.concatenate([whole[5:9], whole[8_000:8_700]])
    assert np.array_equal(column.spans(starts, stops), expected)
    assert len(column.take(np.array([], dtype=np.intp))) == 0


def test_rows_of_a_table_are_those_of_the_whole(tmp_path):
    whole = pa.table({"n": np.arange(40_000), "t": [f"第{n}" for n in range(40_000)]})
    store = Store(tmp_path)
    entry = store.put("layer", KEY, {}, table=whole)
    assert entry.table().equals(whole)
    for rows in ([0], [3, 17_000, 39_999], [16_383, 16_384], []):
        places = np.array(rows, dtype=np.intp)
        assert entry.table(rows=places).equals(whole.take(pa.array(rows, pa.int64())))
    assert entry.rows == 40_000
    assert store.put("layer", "cd" * 16, {}, table=whole[:0]).table().equals(whole[:0])


def test_other_keys_and_kinds_are_absent(tmp_path):
    store = filled(tmp_path)
    assert store.get("layer", "cd" * 16) is None
    assert store.get("result", KEY) is None


@pytest.mark.parametrize(("kind", "key"), [("../x", KEY), ("layer", "../../etc"), ("layer", "")])
def test_names_that_would_leave_the_folder_are_refused(tmp_path, kind, key):
    with pytest.raises(ValueError, match="no name"):
        Store(tmp_path).get(kind, key)


def test_objects_are_never_kept(tmp_path):
    with pytest.raises(TypeError, match="only numbers"):
        Store(tmp_path).put("layer", KEY, {}, arrays={"a": np.array([object()])})
    assert not list((tmp_path / "layer").iterdir())


def whole_content(store: Store) -> tuple | None:
    """All that can be read of the entry; None when it is found damaged."""
    entry = store.get("layer", KEY)
    if entry is None:
        return None
    try:
        read = {name: entry.array(name).tobytes() for name in entry.names}
        return entry.meta, read, entry.table()
    except DamagedEntryError:
        return None


def test_one_flipped_bit_anywhere_is_found(tmp_path):
    store = filled(tmp_path)
    path = next(tmp_path.glob("layer/*.entry"))
    sound = path.read_bytes()
    assert whole_content(store) is not None
    section_ends = range(len(sound) - 3_000, len(sound), 7)  # manifest, checksums and end
    places = [*range(64), *range(64, len(sound), 9_973), *section_ends]
    for place in places:
        broken = bytearray(sound)
        broken[place] ^= 1 << place % 8
        path.write_bytes(broken)
        reading = Store(tmp_path).get("layer", KEY)
        if reading is not None:
            with pytest.raises(DamagedEntryError):
                reading.verify()
        path.write_bytes(sound)


def test_every_cut_is_found(tmp_path):
    store = filled(tmp_path)
    path = next(tmp_path.glob("layer/*.entry"))
    sound = path.read_bytes()
    for length in (0, 1, 20, 100, BLOCK_BYTES, len(sound) // 2, len(sound) - 1):
        path.write_bytes(sound[:length])
        assert store.get("layer", KEY) is None
        assert not path.exists()
    path.write_bytes(sound + b"\0")
    assert store.get("layer", KEY) is None


def test_swapped_files_and_swapped_blocks_are_found(tmp_path):
    store = filled(tmp_path)
    store.put("layer", "cd" * 16, META, arrays={"xy": np.ones((9_000, 2))})
    one, other = (tmp_path / "layer" / f"{key}.entry" for key in (KEY, "cd" * 16))
    one.write_bytes(other.read_bytes())
    assert store.get("layer", KEY) is None
    # The blocks are sound, each for itself.
    store.put("layer", KEY, {}, arrays={"a": np.repeat([0.0, 1.0, 2.0], BLOCK_BYTES // 8)})
    content = bytearray(one.read_bytes())
    first, second = (slice(n * BLOCK_BYTES, (n + 1) * BLOCK_BYTES) for n in (1, 2))
    content[first], content[second] = content[second], content[first]
    one.write_bytes(content)
    with pytest.raises(DamagedEntryError):
        store.get("layer", KEY).array("a")


def test_only_what_is_read_is_verified(tmp_path):
    """A flip far from the rows asked for is not met: that is what makes small questions cheap."""
    store = Store(tmp_path)
    values = np.arange(5 * BLOCK_BYTES // 8, dtype=np.float64)
    store.put("layer", KEY, {}, arrays={"a": values})
    path = next(tmp_path.glob("layer/*.entry"))
    content = bytearray(path.read_bytes())
    content[4 * BLOCK_BYTES] ^= 1
    path.write_bytes(content)
    column = store.get("layer", KEY).column("a")
    assert column.take(np.array([1, 2])).tolist() == [1.0, 2.0]
    with pytest.raises(DamagedEntryError):
        column.spans(np.array([0]), np.array([len(values)]))


def test_a_folder_that_cannot_be_written_costs_nothing_but_a_note(tmp_path, caplog):
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    store = Store(blocked / "cache")
    with store.building("layer", KEY):
        assert store.put("layer", KEY, {}) is None
    assert store.put("layer", KEY, {}) is None
    assert store.trouble
    assert sum("nothing is kept" in record.message for record in caplog.records) == 1
    assert store.get("layer", KEY) is None


def test_a_full_disk_leaves_no_debris(tmp_path, monkeypatch):
    store = filled(tmp_path)
    path = next(tmp_path.glob("layer/*.entry"))
    sound = path.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("siting.store.entry.Draft.write", full)
    assert store.put("layer", KEY, {"label": "new"}) is None
    assert "No space left" in store.trouble
    assert path.read_bytes() == sound
    assert sorted(part.name for part in path.parent.iterdir()) == [path.name]


def test_nothing_is_kept_when_it_is_off(tmp_path):
    store = Store.beside(tmp_path, {"SITING_CACHE": "off"})
    assert store.is_off
    assert store.put("layer", KEY, {}) is None
    assert store.get("layer", KEY) is None
    assert store.kept() == []
    assert list(tmp_path.iterdir()) == []


def test_the_place_is_beside_the_city_or_the_users_own(tmp_path, monkeypatch):
    assert Store.beside(tmp_path, {}).root == tmp_path / ".siting-cache"
    assert Store.beside(tmp_path, {"SITING_CACHE": "/elsewhere"}).root == Path("/elsewhere")
    monkeypatch.setattr("siting.store.place.os.access", lambda *_: False)
    monkeypatch.setattr(sys, "platform", "linux")
    other = Store.beside(tmp_path, {"XDG_CACHE_HOME": "/home/x/.cache"}).root
    assert other is not None
    assert other.parent == Path("/home/x/.cache/siting/cities")
    assert other.name.startswith(tmp_path.name)


def test_the_folder_says_what_it_is(tmp_path):
    filled(tmp_path)
    tag = (tmp_path / "CACHEDIR.TAG").read_text(encoding="utf-8")
    assert tag.startswith("Signature: 8a477f597d28d172789f06886806bc55")
    assert (tmp_path / ".gitignore").read_text() == "*\n"


def test_list_prune_and_clear(tmp_path):
    store = filled(tmp_path)
    for number in range(3):
        store.put("layer", f"{number:02d}" * 16, META)
    store.put("result", KEY, {"label": "r"})
    (tmp_path / "layer" / f"{'ff' * 16}.entry").write_bytes(b"debris")
    assert [kept.is_sound for kept in store.kept()].count(False) == 1
    store.prune("layer", keep=2)
    left = store.kept()
    assert [kept.kind for kept in left] == ["layer", "layer", "result"]
    assert all(kept.is_sound and kept.version for kept in left)
    freed = store.clear()
    assert freed == sum(kept.bytes for kept in left)
    assert store.kept() == []


def test_a_killed_writing_leaves_nothing_that_is_read(tmp_path):
    store = filled(tmp_path)
    part = tmp_path / "layer" / ".part-dead"
    part.write_bytes(b"half")
    assert store.get("layer", KEY) is not None
    assert len(store.kept()) == 1
    store.clear()
    assert not part.exists()


def test_two_threads_build_once(tmp_path):
    built = []

    def build() -> None:
        store = Store(tmp_path)
        with store.building("layer", KEY):
            if store.get("layer", KEY) is None:
                built.append(1)
                store.put("layer", KEY, META, arrays=arrays())

    threads = [threading.Thread(target=build) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert built == [1]


def test_a_killed_builder_leaves_no_lock(tmp_path, repo_root):
    program = (
        "import os, sys; from pathlib import Path; from siting.store import Store\n"
        "store = Store(Path(sys.argv[1]))\n"
        "with store.building('layer', sys.argv[2]): os.kill(os.getpid(), 9)\n"
    )
    run = [sys.executable, "-c", program, str(tmp_path), KEY]
    assert subprocess.run(run, cwd=repo_root, check=False).returncode != 0
    store = Store(tmp_path)
    with store.building("layer", KEY):
        assert store.put("layer", KEY, META) is not None


def test_an_entry_of_another_layout_is_none(tmp_path):
    store = filled(tmp_path)
    path = next(tmp_path.glob("layer/*.entry"))
    path.write_bytes(path.read_bytes().replace(b"siting-entry/1", b"siting-entry/0"))
    assert store.get("layer", KEY) is None


def test_the_manifest_is_plain_json(tmp_path):
    filled(tmp_path)
    content = next(tmp_path.glob("layer/*.entry")).read_bytes()
    start = content.rindex(b'{"kind"')
    text, _ = json.JSONDecoder().raw_decode(content[start:].decode(errors="replace"))
    assert text["key"] == KEY


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other rights")
def test_rights_are_those_of_the_city_beside_it_and_the_users_alone_elsewhere(tmp_path):
    beside, away = tmp_path / "city" / ".siting-cache", tmp_path / "home" / "kept"
    for root in (beside, away):
        assert Store(root).put("layer", KEY, META) is not None
    (tmp_path / "file").touch()
    entry = next(beside.glob("layer/*.entry"))
    assert entry.stat().st_mode == (tmp_path / "file").stat().st_mode
    assert away.stat().st_mode & 0o077 == 0
    assert beside.stat().st_mode == beside.parent.stat().st_mode

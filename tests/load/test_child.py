"""The reading process: what happens to it never happens to us."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import pytest

from siting.errors import ReadError
from siting.load import drivers
from siting.load.child import Reader
from siting.load.formats import Format, VectorRequest

from .town import frame_of, square


@pytest.fixture
def request_for_five(tmp_path: Path) -> VectorRequest:
    path = tmp_path / "a.geojson"
    frame_of([square(column) for column in range(5)]).to_file(path)
    return VectorRequest(path, Format.GEOJSON)


def test_killed_process_costs_one_file(request_for_five: VectorRequest) -> None:
    with Reader() as reader:
        assert reader.read_vector(request_for_five).facts["rows_read"] == 5
        pid = reader.pid
        assert pid is not None
        # Stopped, it cannot answer; killed while we wait, as by a hostile file.
        os.kill(pid, signal.SIGSTOP)
        killer = threading.Timer(0.3, os.kill, (pid, signal.SIGKILL))
        killer.start()
        with pytest.raises(ReadError, match=r"died on this file \(signal 9\)"):
            reader.read_vector(request_for_five)
        killer.join()
        assert reader.read_vector(request_for_five).facts["rows_read"] == 5
        assert reader.pid != pid


def test_endless_reading_is_stopped(request_for_five: VectorRequest) -> None:
    with Reader(timeout_s=60.0) as reader:
        reader.read_vector(request_for_five)
        pid = reader.pid
        assert pid is not None
        reader.timeout_s = 0.3
        os.kill(pid, signal.SIGSTOP)
        with pytest.raises(ReadError, match=r"longer than 0\.3 s"):
            reader.read_vector(request_for_five)
        reader.timeout_s = 60.0
        assert reader.read_vector(request_for_five).facts["rows_read"] == 5


@pytest.mark.skipif(sys.platform != "linux", reason="address space is limited on Linux")
def test_memory_is_limited(request_for_five: VectorRequest) -> None:
    with Reader(memory_bytes=64 << 20) as reader, pytest.raises(ReadError):
        reader.read_vector(request_for_five)


def test_foreign_proj_data_is_dropped(
    request_for_five: VectorRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("PROJ_LIB", "PROJ_DATA", "GDAL_DATA"):
        monkeypatch.setenv(name, str(tmp_path / "rubbish"))
    with Reader() as reader:
        crs = reader.read_vector(request_for_five).facts["crs"]
    assert crs == "EPSG:4547"


def test_foreign_skip_list_is_dropped(
    request_for_five: VectorRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OGR_SKIP", "GeoJSON")
    with Reader() as reader:
        assert reader.read_vector(request_for_five).facts["driver"] == "GeoJSON"


def test_driver_unknown_to_our_list_is_kept_out(
    request_for_five: VectorRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    shortened = tuple(name for name in drivers.SKIPPED if name not in ("OGR_VRT", "KML"))
    monkeypatch.setattr(drivers, "SKIPPED", shortened)
    with Reader() as reader:
        assert reader.read_vector(request_for_five).facts["rows_read"] == 5
        environment = reader._environment({})
    assert {"OGR_VRT", "KML"} <= set(environment["OGR_SKIP"].split(","))


def test_gdal_is_not_loaded_here(request_for_five: VectorRequest) -> None:
    """In a plain script without main guard, as in a notebook."""
    script = textwrap.dedent(
        f"""
        import sys
        from pathlib import Path
        from siting.load.child import Reader
        from siting.load.formats import Format, VectorRequest
        with Reader() as reader:
            reply = reader.read_vector(VectorRequest(Path({str(request_for_five.path)!r}),
                                                     Format.GEOJSON))
        print(reply.facts["rows_read"])
        print([name for name in ("pyogrio", "fiona", "rasterio", "osgeo") if name in sys.modules])
        """
    )
    path = request_for_five.path.with_name("script.py")
    path.write_text(script, encoding="utf-8")
    home = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, str(path)],
        capture_output=True,
        text=True,
        check=True,
        cwd=path.parent,
        env={**os.environ, "PYTHONPATH": str(home)},
    )
    assert done.stdout.split("\n")[:2] == ["5", "[]"]


def test_private_folder_goes_with_the_reader(request_for_five: VectorRequest) -> None:
    with Reader() as reader:
        reader.read_vector(request_for_five)
        folder = Path(reader._private_folder())
        assert folder.is_dir()
    assert not folder.exists()
    assert reader.pid is None


def test_a_relative_path_is_the_callers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    # the reading process works in a folder of its own, and looked there for the file
    (tmp_path / "here").mkdir()
    feature = '{"type":"Feature","properties":{},"geometry":null}'
    text = f'{{"type":"FeatureCollection","features":[{feature}]}}'
    (tmp_path / "here" / "a.geojson").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    path = Path("here/a.geojson")
    with Reader() as reader:
        assert reader.list_layers(path, Format.GEOJSON) == ["a"]
        assert reader.read_vector(VectorRequest(path, Format.GEOJSON)).table.num_rows == 1


def test_file_that_changes_after_its_count_is_counted_again(
    request_for_five: VectorRequest,
) -> None:
    with Reader() as reader:
        reader.count_ahead(request_for_five)
        reader._await_owed()
        frame_of([square(column) for column in range(3)]).to_file(request_for_five.path)
        facts = reader.read_vector(request_for_five).facts
    assert (facts["rows_counted"], facts["rows_read"]) == (3, 3)


def test_count_made_ahead_is_the_one_that_is_used(request_for_five: VectorRequest) -> None:
    """Whoever forges a file so well that its size and time stay the same is caught by the hash."""
    path = request_for_five.path
    with Reader() as reader:
        reader.count_ahead(request_for_five)
        reader._await_owed()
        look = path.stat()
        content = path.read_bytes()
        path.write_bytes(content.replace(b'"Feature",', b'"Neature",', 1))
        os.utime(path, ns=(look.st_atime_ns, look.st_mtime_ns))
        facts = reader.read_vector(request_for_five).facts
        assert facts["rows_counted"] == 5
        assert not facts["count_problems"]
        facts = reader.read_vector(request_for_five).facts
        assert facts["count_problems"], "the second reading counts for itself"


def test_process_that_dies_while_it_counts_ahead(request_for_five: VectorRequest) -> None:
    with Reader() as reader:
        reader.start()
        pid = reader.pid
        assert pid is not None
        os.kill(pid, signal.SIGSTOP)
        reader.count_ahead(request_for_five)
        os.kill(pid, signal.SIGKILL)
        assert reader.read_vector(request_for_five).facts["rows_read"] == 5
        assert reader.pid != pid


def test_process_that_hangs_while_it_counts_ahead(request_for_five: VectorRequest) -> None:
    with Reader(timeout_s=60.0) as reader:
        reader.read_vector(request_for_five)
        pid = reader.pid
        assert pid is not None
        os.kill(pid, signal.SIGSTOP)
        reader.count_ahead(request_for_five)
        reader.timeout_s = 0.3
        reader._await_owed()
        reader.timeout_s = 60.0
        assert reader.read_vector(request_for_five).facts["rows_read"] == 5
        assert reader.pid != pid


def test_damaged_file_is_told_when_it_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    path.write_bytes(b"SQLite format 3\x00" + b"\x00" * 50)
    request = VectorRequest(path, Format.GPKG)
    with Reader() as reader:
        reader.count_ahead(request)
        with pytest.raises(ReadError, match="cut short"):
            reader.read_vector(request)


@pytest.mark.skipif(sys.platform != "linux", reason="what a process has loaded is seen in /proc")
def test_gdal_is_loaded_for_what_gdal_reads_and_pandas_never(tmp_path: Path) -> None:
    frame = frame_of([square(column) for column in range(5)])
    frame.to_parquet(tmp_path / "a.parquet")
    frame.to_file(tmp_path / "a.gpkg")
    with Reader() as reader:
        loaded = []
        for name, kind in (("a.parquet", Format.GEOPARQUET), ("a.gpkg", Format.GPKG)):
            request = VectorRequest(tmp_path / name, kind, columns=("code",))
            assert reader.read_vector(request).facts["rows_read"] == 5
            loaded.append(Path(f"/proc/{reader.pid}/maps").read_text(encoding="utf-8"))
    assert [("pyogrio" in maps, "pandas" in maps) for maps in loaded] == [
        (False, False),
        (True, False),
    ]

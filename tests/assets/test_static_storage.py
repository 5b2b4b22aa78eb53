"""Static files as they are collected: each page's modules are one file."""

import re
import shutil
from pathlib import Path

from django.core.files.storage import FileSystemStorage

from mapapp.assets.static_storage import HashedStaticFiles
from testkit.services import ROOT


def test_a_page_is_served_as_one_file_and_its_modules_are_not(tmp_path: Path) -> None:
    sources = FileSystemStorage(tmp_path / "sources")
    folder = tmp_path / "sources" / "mapapp" / "js"
    (folder / "pages").mkdir(parents=True)
    (folder / "pages/home.js").write_text('import { b } from "../b.js";\nconsole.log(b);\n')
    (folder / "b.js").write_text("export const b = 1;\n")
    shutil.copytree(tmp_path / "sources", tmp_path / "served")
    storage = HashedStaticFiles(location=str(tmp_path / "served"), base_url="/static/")
    names = ["mapapp/js/pages/home.js", "mapapp/js/b.js"]

    def collected() -> dict[str, str]:
        files = {name: (sources, name) for name in names}
        for name, _, outcome in storage.post_process(files):
            assert not isinstance(outcome, Exception), name
        return dict(storage.hashed_files)

    first = collected()
    assert list(first) == ["mapapp/js/pages/home.js"]
    assert re.fullmatch(r"mapapp/js/pages/home\.\w{12}\.js", first["mapapp/js/pages/home.js"])
    text = (tmp_path / "served" / first["mapapp/js/pages/home.js"]).read_text()
    assert "const b = 1" in text
    assert "console.log(b)" in text
    assert not (tmp_path / "served" / "mapapp" / "js" / "b.js").exists()

    # Another module, another name: a browser keeps what it has for ever.
    (folder / "b.js").write_text("export const b = 2;\n")
    assert collected() != first


def test_of_the_scripts_only_the_pages_and_their_later_parts_are_collected(
    static_files: Path,
) -> None:
    """Also not under the plain names that `collectstatic` copies first (V2)."""
    scripts = [
        path.relative_to(static_files).as_posix() for path in static_files.glob("mapapp/js/**/*.js")
    ]
    source = ROOT / "static/mapapp/js"
    pages = {page.stem for page in (source / "pages").glob("*.js")}
    collected = [script.split(".")[0].removeprefix("mapapp/js/pages/") for script in scripts]
    assert pages == {name for name in collected if "/" not in name}
    for name in collected:
        page, _, part = name.partition("/")
        assert page in pages
        assert not part or (source / f"{part}.js").is_file(), "a module that comes later"
    for script in scripts:
        assert re.fullmatch(r"mapapp/js/pages/[\w/]+\.\w{12}\.js", script)


def test_a_page_gets_its_style_sheets_in_as_many_files_as_it_names(static_files: Path) -> None:
    """No sheet brings another one, which would be one more request (V2)."""
    sheets = {
        path.relative_to(static_files / "mapapp/css").as_posix(): path.read_text()
        for path in static_files.glob("mapapp/css/**/*.css")
    }
    named = (ROOT / "static/mapapp/css").glob("*.css")
    assert sorted(name.split(".")[0] for name in sheets) == sorted(sheet.stem for sheet in named)
    assert not [name for name, text in sheets.items() if "@import" in text or "/*" in text]
    (room,) = (text for name, text in sheets.items() if name.startswith("room."))
    assert ".marker-canvas" in room
    assert ".remote-qr" in room

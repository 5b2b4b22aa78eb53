"""The smallest browser with WebKit in it, for WebKitWebDriver to start.

Run by the system's Python, which has GTK's bindings. MiniBrowser would do, but
for two things: its window is never as narrow as a phone, and under a driver its
pages' complaints go nowhere. Here they go to the file that CONSOLE names.
"""

import os

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("WebKit2", "4.1")

from gi.repository import Gtk, WebKit2  # noqa: E402

width, height = (int(part) for part in os.environ["WINDOW_SIZE"].split("x"))
console = os.open(os.environ["CONSOLE"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
# It says "stdout", and writes to the other.
os.dup2(console, 1)
os.dup2(console, 2)

# Not an ephemeral context: those keep their pages' complaints to themselves.
store = WebKit2.WebsiteDataManager(
    base_data_directory=os.environ["HOME"] + "/data",
    base_cache_directory=os.environ["HOME"] + "/cache",
)
context = WebKit2.WebContext.new_with_website_data_manager(store)
context.set_automation_allowed(True)
windows: list[object] = []


def create_web_view(_session: object) -> object:
    view = WebKit2.WebView(web_context=context, is_controlled_by_automation=True)
    view.get_settings().set_enable_write_console_messages_to_stdout(True)
    # No window manager is there, and none may have an opinion about the size.
    window = Gtk.Window(type=Gtk.WindowType.POPUP)
    window.resize(width, height)
    window.add(view)
    window.show_all()
    windows.append(window)
    return view


def start(_context: object, session: "WebKit2.AutomationSession") -> None:
    session.set_application_info(WebKit2.ApplicationInfo())
    session.connect("create-web-view", create_web_view)


context.connect("automation-started", start)
Gtk.main()

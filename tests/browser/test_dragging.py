"""Two phones and a screen: what one does, the others see while it is being done."""

from playwright.sync_api import expect

from tests.browser.eyes import Point
from tests.browser.venue import Room, Venue


def test_a_drag_by_touch_is_seen_before_the_finger_lets_go(venue: Venue, room: Room) -> None:
    """A move goes to everybody while the marker is held, and the drop ends it (O3, H1)."""
    screen, ada, ben = venue.screen(room), venue.phone(room), venue.phone(room)
    colour = ada.place_marker()
    screen_first = screen.eyes.wait_for(colour)

    held_at = ada.lift(colour, (80, 120))

    ben.eyes.wait_at(colour, held_at)
    screen.eyes.wait_away_from(colour, screen_first, by=60)
    expect(ada.save_state).not_to_have_attribute("data-state", "saved")

    ada.finger.up()
    ada.wait_saved()
    ben.eyes.wait_at(colour, held_at)
    screen.show_results()
    expect(screen.result()).to_contain_text(ada.place())


def test_a_drag_by_mouse_is_seen_before_the_button_is_let_go(venue: Venue, room: Room) -> None:
    screen, laptop = venue.screen(room), venue.laptop(room)
    mouse = laptop.page.mouse
    mouse.click(600, 400)
    laptop.wait_saved()
    colour = laptop.colour()
    at = laptop.eyes.wait_for(colour)
    screen_first = screen.eyes.wait_for(colour)

    mouse.move(*at)
    mouse.down()
    mouse.move(at.x + 150, at.y - 100, steps=8)
    laptop.eyes.wait_at(colour, at.moved(150, -100))
    screen.eyes.wait_away_from(colour, screen_first, by=60)

    mouse.up()
    laptop.wait_saved()
    laptop.eyes.wait_at(colour, at.moved(150, -100))
    screen.show_results()
    expect(screen.result()).to_contain_text(laptop.place())


def test_escape_during_a_drag_puts_the_marker_back_for_everybody(venue: Venue, room: Room) -> None:
    laptop, ben = venue.laptop(room), venue.laptop(room)
    mouse = laptop.page.mouse
    mouse.click(600, 400)
    laptop.wait_saved()
    colour = laptop.colour()
    at = ben.eyes.wait_for(colour)
    mouse.move(*at)
    mouse.down()
    mouse.move(at.x + 150, at.y, steps=8)
    ben.eyes.wait_at(colour, at.moved(150, 0))

    laptop.page.keyboard.press("Escape")
    ben.eyes.wait_at(colour, at)
    laptop.eyes.wait_at(colour, at)
    mouse.up()
    laptop.wait_saved()
    expect(laptop.marker).to_have_count(1)


def test_a_drag_pans_neither_the_own_map_nor_anybody_elses(venue: Venue, room: Room) -> None:
    """Nobody's view of the map moves by itself."""
    ada, ben = venue.phone(room), venue.phone(room)
    other = ben.place_marker(Point(200, 480))
    colour = ada.place_marker()
    resting = {phone: phone.eyes.wait_for(other) for phone in (ada, ben)}

    held_at = ada.lift(colour, (90, -60))
    ben.eyes.wait_at(colour, held_at)
    ada.finger.up()
    ada.wait_saved()

    for phone, at in resting.items():
        phone.eyes.wait_at(other, at, within=0.5)


def test_a_finger_on_the_free_map_pans_it_and_places_nothing(venue: Venue, room: Room) -> None:
    ada, ben = venue.phone(room), venue.phone(room)
    colour = ben.place_marker()
    before = ada.eyes.wait_for(colour)
    ada.finger.down(Point(250, 480))
    ada.finger.move(Point(150, 480))
    ada.eyes.wait_away_from(colour, before, by=60)
    ada.finger.up()
    expect(ada.marker).to_have_count(0)
    expect(ada.hint).to_have_text("Tap the map to place your marker.")


def test_a_marker_under_the_own_finger_follows_nothing_else(venue: Venue, room: Room) -> None:
    """What comes back from the server is older than the finger, and is not shown."""
    ada, ben = venue.phone(room), venue.phone(room)
    colour = ada.place_marker()
    far = ada.lift(colour, (100, 100))
    ben.eyes.wait_at(colour, far)
    near = ada.drag_on(colour, (0, -120))

    ada.eyes.start_watching(colour)
    ben.eyes.wait_at(colour, near)  # all that was under way has come back by now
    ada.eyes.wait_still(colour)
    seen = ada.eyes.stop_watching(colour)
    ada.finger.up()

    assert len(seen) > 3
    assert all(at is not None and at.distance(near) < 1 for at in seen), seen
    ada.wait_saved()
    ada.eyes.wait_at(colour, near)


def test_somebody_elses_marker_cannot_be_dragged_where_each_has_their_own(
    venue: Venue, room: Room
) -> None:
    ada, ben = venue.phone(room), venue.phone(room)
    colour = ada.place_marker()
    at = ben.eyes.wait_for(colour)
    before = ada.place()
    ben.finger.down(at)
    ben.finger.move(at.moved(80, 0))
    # The map moves under the finger instead, and the marker with it.
    ben.eyes.wait_at(colour, at.moved(80, 0), within=6)
    ben.finger.up()
    ada.eyes.wait_at(colour, at)
    assert ada.place() == before

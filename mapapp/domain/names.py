"""Friendly names for people who have not given one."""

from __future__ import annotations

from collections.abc import Container
from uuid import UUID

ADJECTIVES = (
    "Amber Blue Brave Bright Calm Clever Coral Curious Daring Eager Early Fancy Gentle "
    "Giant Golden Green Happy Honest Indigo Jolly Keen Kind Lively Lucky Merry Mighty Misty "
    "Nimble Noble Orange Patient Pink Polite Proud Purple Quick Quiet Red Royal Shiny Silver "
    "Smart Snowy Sunny Swift Teal Warm White Wild Wise Yellow"
).split()
ANIMALS = (
    "Alpaca Badger Bear Beaver Bison Camel Cat Crane Deer Dolphin Dove Duck Eagle Elk Falcon "
    "Ferret Finch Fox Frog Gazelle Gecko Goat Goose Hare Hawk Hedgehog Heron Horse Ibex Jackal "
    "Jaguar Kiwi Koala Lark Lemur Lion Llama Lynx Magpie Marten Mole Moose Newt Octopus Oriole "
    "Ostrich Otter Owl Panda Parrot Pelican Penguin Pigeon Puffin Quail Rabbit Raven Robin Seal "
    "Sparrow Squirrel Stork Swan Tapir Tiger Toucan Turtle Walrus Whale Wolf Wombat Wren Yak Zebra"
).split()


def friendly_name(participant: UUID) -> str:
    """Return this participant's name until they choose one; always the same."""
    adjective, animal = divmod(participant.int % (len(ADJECTIVES) * len(ANIMALS)), len(ANIMALS))
    return f"{ADJECTIVES[adjective]} {ANIMALS[animal]}"


def unshared(name: str, number: int, taken: Container[str]) -> str:
    """This name, or where it is taken the same with the person's number in the room.

    Numbers are given once, and no friendly name ends in one, so nobody shares it.
    """
    return f"{name} {number}" if name in taken else name

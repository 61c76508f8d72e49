"""What the simulated seller sells: twelve product lines of ten, and the kinds of goods that trouble people alike."""

from __future__ import annotations

from typing import NamedTuple


class Line(NamedTuple):
    name: str
    suppliers: tuple[str, ...]


class Goods(NamedTuple):
    """One product: its noun is a row of `phrases/nouns.toml`."""

    code: str
    noun: str
    usd: float
    weight: float  # share of the demand, relative
    season: str = "flat"
    variants: int = 1
    from_week: int = 0  # weeks after the start of the story


LINES: dict[str, Line] = {
    "charging": Line("充电", ("锐能电源", "倍通电子")),
    "audio": Line("音频", ("声海科技", "倍通电子")),
    "car": Line("车载", ("途安车品", "声海科技")),
    "lighting": Line("灯具", ("明泽照明", "昱光电器")),
    "sportswear": Line("运动服饰", ("绮云针织", "恒织服装")),
    "drinkware": Line("杯壶", ("百川杯业", "永固五金")),
    "storage": Line("收纳", ("居方塑业", "永固五金")),
    "pet": Line("宠物", ("毛球用品", "居方塑业")),
    "kitchen": Line("厨房", ("味和厨具", "永固五金")),
    "beauty": Line("个护", ("姿雅电器", "昱光电器")),
    "outdoor": Line("户外", ("远岚户外", "恒织服装")),
    "smart": Line("智能办公", ("智巢科技", "声海科技")),
}

GOODS: dict[str, tuple[Goods, ...]] = {
    "charging": (
        Goods("A20", "power_bank", 39.99, 32, "gift", 2),
        Goods("A10", "power_bank", 25.99, 9, "gift", 2),
        Goods("A5", "power_bank", 17.99, 6, "flat", 3),
        Goods("M3", "mag_power_bank", 34.99, 8, "gift", 2),
        Goods("C1", "cable", 9.99, 24, "flat", 3),
        Goods("C3", "cable", 13.99, 8, "flat", 2),
        Goods("G2", "charger", 29.99, 7),
        Goods("G4", "charger", 18.99, 5),
        Goods("W1", "wireless_charger", 22.99, 5, "gift", 2),
        Goods("W5", "wireless_charger", 44.99, 2.5, "gift", 1, 30),
    ),
    "audio": (
        Goods("E3", "earbuds", 32.99, 26, "gift", 3),
        Goods("E5", "earbuds", 49.99, 7, "gift", 2),
        Goods("E7", "earbuds", 59.99, 3, "newyear", 2),
        Goods("H2", "headphones", 45.99, 5, "gift", 2),
        Goods("H6", "headphones", 69.99, 2, "gift", 2, 22),
        Goods("B1", "speaker", 27.99, 5, "summer", 3),
        Goods("B4", "speaker", 39.99, 3, "summer", 2),
        Goods("B9", "speaker", 79.99, 1, "gift"),
        Goods("N1", "microphone", 35.99, 2),
        Goods("N4", "microphone", 54.99, 1),
    ),
    "car": (
        Goods("D6", "dashcam", 79.99, 13),
        Goods("D3", "dashcam", 54.99, 4),
        Goods("D9", "dashcam", 119.99, 1.5, "flat", 1, 36),
        Goods("F1", "phone_mount", 15.99, 8),
        Goods("F4", "phone_mount", 21.99, 4),
        Goods("V2", "car_vacuum", 36.99, 4),
        Goods("V6", "car_vacuum", 52.99, 1.5),
        Goods("I2", "tyre_inflator", 38.99, 5, "summer"),
        Goods("Q1", "seat_cushion", 28.99, 3, "winter", 2),
        Goods("Q5", "seat_cushion", 42.99, 1.5, "winter", 2),
    ),
    "lighting": (
        Goods("L2", "desk_lamp", 33.99, 13, "winter", 2),
        Goods("L4", "desk_lamp", 47.99, 3, "winter"),
        Goods("L7", "night_light", 14.99, 6, "winter", 2),
        Goods("L9", "night_light", 19.99, 2, "gift"),
        Goods("X1", "string_lights", 16.99, 5, "gift", 2),
        Goods("X3", "string_lights", 24.99, 2.5, "gift", 2),
        Goods("O2", "solar_light", 27.99, 4, "summer"),
        Goods("O5", "solar_light", 39.99, 2, "summer"),
        Goods("R1", "headlamp", 18.99, 4, "winter"),
        Goods("R3", "headlamp", 29.99, 1.5, "winter"),
    ),
    "sportswear": (
        Goods("Y7", "leggings", 28.99, 30, "newyear", 8),
        Goods("Y5", "leggings", 22.99, 8, "newyear", 8),
        Goods("Y9", "leggings", 36.99, 3, "newyear", 4, 26),
        Goods("B2", "sports_bra", 19.99, 7, "newyear", 4),
        Goods("B6", "sports_bra", 25.99, 2.5, "newyear", 4),
        Goods("Z1", "tshirt", 16.99, 6, "summer", 8),
        Goods("Z4", "tshirt", 21.99, 3, "summer", 4),
        Goods("Z6", "shorts", 18.99, 4, "summer", 4),
        Goods("J2", "jacket", 44.99, 4, "winter", 8),
        Goods("J5", "jacket", 59.99, 1.5, "winter", 4),
    ),
    "drinkware": (
        Goods("T5", "thermos", 24.99, 19, "winter", 3),
        Goods("T3", "thermos", 19.99, 5, "winter", 2),
        Goods("T8", "thermos", 32.99, 3, "gift", 2),
        Goods("K4", "water_bottle", 17.99, 17, "summer", 3),
        Goods("K2", "water_bottle", 13.99, 6, "summer", 3),
        Goods("K7", "water_bottle", 26.99, 2, "summer", 2, 18),
        Goods("U1", "lunch_box", 22.99, 5),
        Goods("U3", "lunch_box", 29.99, 2),
        Goods("M6", "coffee_mug", 15.99, 4, "gift", 3),
        Goods("M8", "coffee_mug", 18.99, 1.5, "gift", 2),
    ),
    "storage": (
        Goods("S8", "storage_box", 26.99, 20, "newyear", 2),
        Goods("S3", "storage_box", 18.99, 6, "newyear", 2),
        Goods("S5", "storage_box", 39.99, 2, "newyear"),
        Goods("G7", "organizer", 15.99, 5, "newyear"),
        Goods("G9", "organizer", 22.99, 2, "newyear"),
        Goods("H8", "hangers", 19.99, 4, "flat", 2),
        Goods("H9", "hangers", 27.99, 1.5),
        Goods("X7", "vacuum_bags", 17.99, 5, "flat", 2),
        Goods("X9", "vacuum_bags", 24.99, 1.5),
        Goods("W8", "shoe_rack", 34.99, 3),
    ),
    "pet": (
        Goods("P2", "pet_brush", 14.99, 2.4),
        Goods("P4", "pet_brush", 18.99, 3),
        Goods("P6", "pet_bed", 32.99, 4, "winter", 3),
        Goods("P7", "pet_bed", 45.99, 1.5, "winter", 3),
        Goods("P8", "pet_fountain", 29.99, 5, "summer"),
        Goods("P9", "pet_fountain", 39.99, 2, "summer"),
        Goods("D1", "harness", 17.99, 4, "flat", 4),
        Goods("D4", "harness", 23.99, 1.5, "flat", 4),
        Goods("D7", "harness", 29.99, 1, "flat", 3, 40),
        Goods("P1", "pet_brush", 9.99, 1.5),
    ),
    "kitchen": (
        Goods("C5", "knife_set", 49.99, 3, "gift"),
        Goods("C7", "knife_set", 69.99, 1.2, "gift"),
        Goods("C9", "kitchen_scale", 17.99, 5),
        Goods("F7", "kitchen_scale", 24.99, 1.5),
        Goods("F8", "pan", 34.99, 4),
        Goods("F9", "pan", 44.99, 2),
        Goods("J7", "blender", 29.99, 5, "summer", 2),
        Goods("J9", "blender", 38.99, 2, "summer", 2),
        Goods("N7", "baking_mat", 12.99, 4, "gift"),
        Goods("N9", "baking_mat", 16.99, 1.5, "gift"),
    ),
    "beauty": (
        Goods("V1", "hair_dryer", 42.99, 5, "gift", 2),
        Goods("V4", "hair_dryer", 59.99, 2, "gift"),
        Goods("V8", "massager", 49.99, 5, "gift"),
        Goods("V9", "massager", 69.99, 1.5, "gift"),
        Goods("R5", "trimmer", 34.99, 4),
        Goods("R7", "trimmer", 46.99, 1.5),
        Goods("Q7", "mirror", 27.99, 3, "gift"),
        Goods("Q8", "mirror", 37.99, 1.2, "gift"),
        Goods("R9", "trimmer", 24.99, 1),
        Goods("V5", "massager", 34.99, 1.5, "gift", 1, 28),
    ),
    "outdoor": (
        Goods("O7", "tent", 89.99, 2.5, "summer"),
        Goods("O8", "tent", 129.99, 1, "summer"),
        Goods("O9", "sleeping_bag", 44.99, 3, "summer", 2),
        Goods("I5", "sleeping_bag", 59.99, 1.2, "winter"),
        Goods("I7", "backpack", 39.99, 5, "summer", 3),
        Goods("I8", "backpack", 54.99, 2, "summer", 2),
        Goods("I9", "camping_chair", 36.99, 4, "summer", 2),
        Goods("L6", "camping_chair", 49.99, 1.5, "summer"),
        Goods("L8", "backpack", 29.99, 2, "summer", 2),
        Goods("L5", "tent", 59.99, 1.2, "summer"),
    ),
    "smart": (
        Goods("A7", "smart_plug", 19.99, 5, "flat", 2),
        Goods("A8", "smart_plug", 29.99, 2),
        Goods("A9", "ip_camera", 39.99, 6),
        Goods("B7", "ip_camera", 64.99, 2),
        Goods("E8", "keyboard", 34.99, 4, "flat", 2),
        Goods("E9", "keyboard", 54.99, 1.5),
        Goods("M1", "mouse", 17.99, 6, "flat", 3),
        Goods("M9", "mouse", 29.99, 2, "flat", 2),
        Goods("U7", "hub", 36.99, 4),
        Goods("U9", "hub", 52.99, 1.5),
    ),
}  # fmt: skip

BATTERY = frozenset({
    "power_bank", "mag_power_bank", "earbuds", "headphones", "speaker", "car_vacuum", "tyre_inflator", "night_light",
    "solar_light", "headlamp", "massager", "trimmer", "blender", "keyboard", "mouse",
    "cable", "charger", "wireless_charger",
})  # fmt: skip
WIRELESS = frozenset(
    {"earbuds", "headphones", "speaker", "microphone", "dashcam", "smart_plug", "ip_camera", "keyboard", "mouse"}
)
LIQUID = frozenset({"thermos", "water_bottle", "lunch_box", "coffee_mug", "blender", "pet_fountain"})
WORN = frozenset({"leggings", "sports_bra", "tshirt", "shorts", "jacket"})
SIZED = frozenset({"harness", "pet_bed"})
FRAGILE = frozenset({"mirror", "coffee_mug", "desk_lamp", "storage_box", "pan", "string_lights", "shoe_rack"})
IN_PARTS = frozenset({"shoe_rack", "storage_box", "camping_chair", "tent", "hangers", "phone_mount", "knife_set"})
TRICKY = frozenset({"dashcam", "ip_camera", "smart_plug", "tyre_inflator", "tent", "hub", "trimmer", "phone_mount"})

PLUGS = frozenset({"cable", "charger", "wireless_charger"})
ON_WIFI = frozenset({"dashcam", "smart_plug", "ip_camera"})
IN_EARS = frozenset({"earbuds", "headphones"})
MAINS = frozenset({"desk_lamp", "string_lights", "hair_dryer", "kitchen_scale", "hub", "pet_fountain"})
ELECTRIC = (BATTERY | WIRELESS | MAINS) - {"cable"}

SIZES = ("S", "M", "L", "XL")
COLOURS = ("BK", "WH", "BL", "GN")


def variant_codes(goods: Goods) -> tuple[str, ...]:
    """SKU endings: sizes for what is worn or sized, colours for the rest."""
    if goods.noun in WORN | SIZED:
        colours = COLOURS[: max(1, goods.variants // 4)]
        return tuple(f"{colour}-{size}" for colour in colours for size in SIZES[: min(4, goods.variants)])
    return COLOURS[: goods.variants] if goods.variants > 1 else ("",)

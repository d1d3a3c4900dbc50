"""What a batch has bought and what became of it: counted, never stored."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Balance:
    """Sessions by what became of them. `left` may be booked; `lapsed` ran out before anybody booked them."""

    bought: int
    used: int
    booked: int
    refunded: int = 0
    is_expired: bool = False

    @property
    def unclaimed(self) -> int:
        """Neither used, booked nor refunded, in time or not."""
        return max(self.bought - self.used - self.booked - self.refunded, 0)

    @property
    def left(self) -> int:
        return 0 if self.is_expired else self.unclaimed

    @property
    def lapsed(self) -> int:
        return self.unclaimed if self.is_expired else 0

    @property
    def still_to_come(self) -> int:
        return self.booked + self.left

    @property
    def squares(self) -> list[str]:
        """One for each session bought, in the order they are drawn: what became of it."""
        counts = {name: getattr(self, name) for name in ("used", "booked", "left", "lapsed", "refunded")}
        return [name for name, count in counts.items() for _ in range(count)]

    @property
    def told(self) -> str:
        """6 bought: 2 used, 1 booked, 3 left."""
        parts = [f"{self.used} used", f"{self.booked} booked", f"{self.left} left"]
        if self.lapsed:
            parts[-1] = f"{self.lapsed} run out"
        if self.refunded:
            parts.insert(2, f"{self.refunded} refunded")
        return f"{self.bought} bought: {', '.join(parts)}"

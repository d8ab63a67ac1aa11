from typing import Any

from tortoise import fields
from tortoise.migrations import operations as ops

from loyalty.store import forward


class AddHoldOut(ops.AddField):
    """A column with a default, which Tortoise's own AddField cannot add on SQLite; these words both databases take."""

    async def database_forward(
        self, app_label: str, old_state: Any, new_state: Any, state_editor: Any | None = None
    ) -> None:
        if state_editor:
            await state_editor.client.execute_script("ALTER TABLE businesses ADD COLUMN hold_out INT NOT NULL DEFAULT 0")


class AddHeldOut(ops.AddField):
    async def database_forward(
        self, app_label: str, old_state: Any, new_state: Any, state_editor: Any | None = None
    ) -> None:
        if state_editor:
            await state_editor.client.execute_script("ALTER TABLE customers ADD COLUMN held_out BOOLEAN NULL")


class Migration(forward.Migration):
    dependencies = [("regulars", "0003_connections")]

    operations = [
        AddHoldOut("Business", "hold_out", fields.IntField(default=0)),
        AddHeldOut("Customer", "held_out", fields.BooleanField(null=True)),
    ]

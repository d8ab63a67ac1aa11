from typing import Any

from tortoise import fields
from tortoise.migrations import operations as ops

from loyalty.store import forward


class AddColumn(ops.AddField):
    """A column with a default, which Tortoise's own AddField cannot add on SQLite; these words both databases take."""

    async def database_forward(
        self, app_label: str, old_state: Any, new_state: Any, state_editor: Any | None = None
    ) -> None:
        if state_editor:
            await state_editor.client.execute_script("ALTER TABLE businesses ADD COLUMN turn BIGINT NOT NULL DEFAULT 0")


class Migration(forward.Migration):
    dependencies = [("regulars", "0001_initial")]

    operations = [AddColumn("Business", "turn", fields.BigIntField(default=0))]

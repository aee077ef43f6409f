"""Operations on the tree: one verb per file plans, one place carries out. A day in the future makes a planned operation."""

from app.services.organisations.operations.operate import list_operations, operate, preview_operation
from app.services.organisations.operations.planned import cancel_operation, carry_out_due

__all__ = ["cancel_operation", "carry_out_due", "list_operations", "operate", "preview_operation"]

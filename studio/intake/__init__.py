"""What other programs wrote, into the library and the archive; and out again."""

from studio.intake.cards import Added, Intake, import_card

__all__ = ["Added", "Intake", "import_card"]

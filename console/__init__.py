"""The web of the staff: puskesmas and Dinas Kesehatan see what needs them, and act."""

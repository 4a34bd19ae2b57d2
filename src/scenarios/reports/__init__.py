"""Reports: (case, plan) -> text, table or page."""

"""Rides and the birth plan: asked, offered, confirmed by three, driven, paid."""

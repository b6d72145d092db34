"""Figures of speed and size: one module per group, each prints one JSON object; ``python -m bench`` runs them all."""

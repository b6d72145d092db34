"""Danger and labour: triage, alerts, whom they call, how they climb and are closed."""

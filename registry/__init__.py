"""The beneficiary database: the facts about people and what is said to them. It knows no other room."""

"""What is done once a message is understood: Rasa calls, the registry answers, a sentence of domain.yml is said."""

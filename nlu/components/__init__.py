"""Our parts of Rasa's pipeline; Python 3.10. They know Rasa and nlu.language, nothing else of the house."""

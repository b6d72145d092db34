"""The channels against what others wrote of WhatsApp and Telegram, so that no misunderstanding of ours can hide."""

"""What people answer: talks, complaints, referrals, companions, and what waits for them."""

"""The course of a pregnancy: registration, visits, birth, loss, the ways it ends, and what is shown of it."""

"""The interactive shell: its prompt, and what a line may ask for."""

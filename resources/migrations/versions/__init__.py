"""The migrations, oldest first, numbered. Each stands for itself and imports nothing of the project."""

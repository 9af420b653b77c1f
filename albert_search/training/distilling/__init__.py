"""How the model that ships was made: teachers, texts, stages."""

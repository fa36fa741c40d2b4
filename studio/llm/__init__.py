"""Language models and embeddings behind one small contract."""

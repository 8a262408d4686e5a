"""A company with very many persons, made in bulk, for benchmarks."""

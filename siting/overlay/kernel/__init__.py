"""Overlap areas of many pairs of polygons from coordinates alone, with a proven error bound.

No geometry is built: the area of A ∩ B is a sum over pairs of edges of the signed area below
the lower of both (Green's theorem). It is therefore an independent witness against an
overlay that builds geometry, and about twenty times as fast. docs/overlay-kernel.md has the
method and the proof. Two ways that agree bit for bit: `engine` (machine code by numba,
threads) and `vector` (numpy).
"""

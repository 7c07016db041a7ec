"""The numbers that tests fill tensors with, as Tests/TestSupport/Formula.swift computes them. The scripts that make goldens import it."""
import numpy


def formula(tensor, count, kind=numpy.float64):
    z = (numpy.uint64(tensor) << numpy.uint64(32)) + numpy.arange(count, dtype=numpy.uint64)
    with numpy.errstate(over="ignore"):
        z = (z + numpy.uint64(1)) * numpy.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
        z = z ^ (z >> numpy.uint64(31))
    return (z >> numpy.uint64(40)).astype(kind) / kind(2) ** 23 - kind(1)

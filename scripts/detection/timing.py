"""How long something takes."""
import statistics
import time


def median(work, seconds=3.0, least=5):
    """The median in milliseconds of runs for some seconds, after one that does not count."""
    work()
    times, start = [], time.perf_counter()
    while len(times) < least or time.perf_counter() - start < seconds:
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return round(1000 * statistics.median(times), 3)

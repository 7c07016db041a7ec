"""Median milliseconds of a detector's network in other libraries, as JSON. Usage: peers.py FILE HEIGHT WIDTH [THREADS]

FILE is a detector of AniWho. pip install numpy onnx onnxruntime openvino safetensors; what is not installed is left out.
"""
import json
import sys

import numpy

from network import model
from timing import median


def onnxruntime(network, pixels, threads):
    import onnxruntime
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(network, options, providers=["CPUExecutionProvider"])
    return median(lambda: session.run(None, {"pixels": pixels}))


def openvino(network, pixels, threads):
    import openvino
    core = openvino.Core()
    compiled = core.compile_model(core.read_model(network), "CPU", {
        "INFERENCE_NUM_THREADS": threads, "PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": "f32"})
    request = compiled.create_infer_request()
    return median(lambda: request.infer([pixels]))


path, height, width = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
threads = int(sys.argv[4]) if len(sys.argv) > 4 else 2
network = model(path, height, width).SerializeToString()
pixels = numpy.random.default_rng(1).uniform(-1, 1, (1, 3, height, width)).astype(numpy.float32)
row = {}
for peer in (onnxruntime, openvino):
    try:
        row[peer.__name__] = peer(network, pixels, threads)
    except ImportError:
        pass
print(json.dumps(row))

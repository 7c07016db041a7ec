"""The network of a face detector's file as an ONNX model, for other libraries to run.

pip install numpy onnx safetensors
"""
import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper
from safetensors import safe_open

# Expansion, channels, blocks and stride of MobileNetV2's stages that the detector has, and the stages that its maps come from.
STAGES = [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2)]
LEVELS = {8: 2, 16: 4, 32: 5}
EPSILON = 1e-3


class Builder:
    def __init__(self, path):
        self.file = safe_open(path, "numpy")
        self.nodes, self.constants = [], {}

    def constant(self, name, value):
        self.constants[name] = numpy_helper.from_array(numpy.asarray(value), name)
        return name

    def add(self, kind, inputs, **attributes):
        output = f"value{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [output], **attributes))
        return output

    def convolution(self, x, name, norm=None, stride=1, same=False, depthwise=False, activates=False):
        """A convolution with the batch norm after it folded in, and ReLU6."""
        weight = self.file.get_tensor(f"{name}.weight").astype(numpy.float32)
        if norm:
            part = {key: self.file.get_tensor(f"{norm}.{key}") for key in ("weight", "bias", "running_mean", "running_var")}
            scale = part["weight"] / numpy.sqrt(part["running_var"] + EPSILON)
            bias = part["bias"] - part["running_mean"] * scale
            weight = weight * scale[:, None, None, None]
        else:
            bias = self.file.get_tensor(f"{name}.bias")
        key = f"{name} {norm}"
        inputs = [x, self.constant(key + " weight", weight), self.constant(key + " bias", bias.astype(numpy.float32))]
        # TensorFlow's SAME padding: even sizes of stride 2 are padded at the end only.
        side = weight.shape[2] // 2
        pads = [0, 0, side, side] if same and stride == 2 else [side] * 4
        x = self.add("Conv", inputs, strides=[stride] * 2, pads=pads, group=weight.shape[0] if depthwise else 1,
                     kernel_shape=list(weight.shape[2:]))
        if activates:
            low, high = self.constant("zero", numpy.float32(0)), self.constant("six", numpy.float32(6))
            x = self.add("Clip", [x, low, high])
        return x

    def trunk(self, x):
        x = self.convolution(x, "conv_stem", "bn1", stride=2, same=True, activates=True)
        channels, values = 32, []
        for index, (expansion, width, blocks, stride) in enumerate(STAGES):
            for block in range(blocks):
                name, y, step = f"blocks.{index}.{block}", x, stride if block == 0 else 1
                if expansion > 1:
                    y = self.convolution(y, f"{name}.conv_pw", f"{name}.bn1", activates=True)
                y = self.convolution(y, f"{name}.conv_dw", f"{name}.bn{2 if expansion > 1 else 1}", stride=step, same=True,
                                     depthwise=True, activates=True)
                last, norm = ("conv_pwl", "bn3") if expansion > 1 else ("conv_pw", "bn2")
                y = self.convolution(y, f"{name}.{last}", f"{name}.{norm}")
                x = self.add("Add", [x, y]) if step == 1 and channels == width else y
                channels = width
            values.append(x)
        return values

    def separable(self, x, name, norms):
        x = self.convolution(x, f"{name}.dw", f"{norms}.bn1", depthwise=True, activates=True)
        return self.convolution(x, f"{name}.pw", f"{norms}.bn2", activates=True)


def model(path, height, width):
    """The ONNX model of a detector's file for inputs of this size: N×3×height×width, levels from −1 to 1. Outputs: the maps."""
    builder = Builder(path)
    trunk = builder.trunk("pixels")
    above, pyramid = None, {}
    scales = builder.constant("scales", numpy.array([1, 1, 2, 2], numpy.float32))
    for stride in sorted(LEVELS, reverse=True):
        x = builder.convolution(trunk[LEVELS[stride]], f"pyramid.{stride}.lateral", f"pyramid.{stride}.bn")
        if above:
            up = builder.add("Resize", [above, "", scales], mode="nearest", coordinate_transformation_mode="asymmetric",
                             nearest_mode="floor")
            x = builder.add("Add", [up, x])
        above = pyramid[stride] = x
    outputs = []
    for stride in LEVELS:
        x = builder.separable(pyramid[stride], f"pyramid.{stride}.smooth", f"pyramid.{stride}.smooth")
        for tower in range(2):
            x = builder.separable(x, f"head.{tower}", f"head.{tower}.{stride}")
        x = builder.convolution(x, "head.out")
        outputs.append(helper.make_tensor_value_info(x, TensorProto.FLOAT, [1, 5, height // stride, width // stride]))
    pixels = helper.make_tensor_value_info("pixels", TensorProto.FLOAT, [1, 3, height, width])
    graph = helper.make_graph(builder.nodes, "face_detector", [pixels], outputs, list(builder.constants.values()))
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)

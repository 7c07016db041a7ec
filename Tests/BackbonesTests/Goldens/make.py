"""Features of every backbone in the peers' float64, from weights and pictures that a formula makes.

pip install torch timm easyfsl safetensors numpy
python make.py [ARCHITECTURE…]   (writes <architecture>.safetensors beside this file)

The formula is that of ../../formula.py, so nothing but the features has to be stored: value i of the tensor with
the k-th name in sorted order is a splitmix64 of (k << 32 | i), as a number in [-1, 1).
"""
import os
import sys

import numpy
import timm
import torch
from easyfsl import modules
from safetensors.torch import save_file

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", ".."))

from formula import formula


def fill(net):
    state = {k: v for k, v in net.state_dict().items() if not k.endswith("num_batches_tracked")
             and not k.startswith(("fc.", "classifier.", "classif."))}
    # EfficientNets are so deep that their values would grow without bound: there the branches count a fifth.
    excites = any(".se." in name for name in state)
    for index, name in enumerate(sorted(state)):
        values, shape = formula(index, state[name].numel()), state[name].shape
        if len(shape) == 4:
            values = values * numpy.sqrt(6.0 / (shape[1] * shape[2] * shape[3]))
        elif name.endswith("running_var") or name.endswith("weight"):
            values = 1 + 0.5 * values
            if excites and name.endswith("bn3.weight"):
                values = 0.2 * values
        else:
            values = 0.2 * values
        state[name].copy_(torch.from_numpy(values.astype(numpy.float32)).double().reshape(shape))
    return len(state)


class WithoutPadding:
    """torch.nn.functional with average pools that leave the padding out of the count, as TensorFlow's do."""

    def __getattr__(self, name):
        return getattr(torch.nn.functional, name)

    @staticmethod
    def avg_pool2d(x, kernel_size, stride=None, padding=0):
        return torch.nn.functional.avg_pool2d(x, kernel_size, stride, padding, count_include_pad=False)


# timm.models.inception_v3 is also the name of a function there, so the module is found by its name.
sys.modules["timm.models.inception_v3"].F = WithoutPadding()


def efficientnet(index):
    return lambda: timm.create_model(f"tf_efficientnet_b{index}", num_classes=0)


NETS = {
    "resnet10": (modules.resnet10, 84), "resnet12": (modules.resnet12, 84), "resnet18": (modules.resnet18, 84),
    "mobilenetv2": (lambda: timm.create_model("mobilenetv2_100", num_classes=0, pad_type="same", bn_eps=1e-3), 96),
    "mobilenetv2_100": (lambda: timm.create_model("mobilenetv2_100", num_classes=0), 96),
    "inception_v3": (lambda: timm.create_model("inception_v3", num_classes=0, aux_logits=False), 96),
    "inception_resnet_v2": (lambda: timm.create_model("inception_resnet_v2", num_classes=0), 96),
} | {f"efficientnet_b{index}": (efficientnet(index), 96) for index in range(8)}
for name in sys.argv[1:] or NETS:
    build, size = NETS[name]
    net = build().double().eval()
    with torch.no_grad():
        tensors = fill(net)
        images = torch.from_numpy(formula(9999, 3 * size * size * 3)).reshape(3, size, size, 3)
        features = net(images.permute(0, 3, 1, 2))
    print(name, tensors, tuple(features.shape), float(features.abs().mean()))
    save_file({"features": features.float().contiguous()}, f"{HERE}/{name}.safetensors")

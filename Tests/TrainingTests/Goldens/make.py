"""One training step and ten steps' losses in PyTorch's float64, and learning rates, from weights and pictures of a formula.

pip install torch timm easyfsl safetensors numpy
python make.py [transferred]   (writes the .safetensors files beside this file; those of transfer learning only)

The formula is that of ../../formula.py. Of every gradient and of every
running statistic two numbers are stored: its norm, and its product with the formula's values of the same place.
"""
import os
import sys

import numpy
import timm
import torch
from easyfsl import modules
from easyfsl.methods import PrototypicalNetworks
from safetensors.torch import save_file

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", ".."))

from formula import formula


def values(tensor, *shape):
    """As single precision has them."""
    count = int(numpy.prod(shape))
    return torch.from_numpy(formula(tensor, count).astype(numpy.float32)).double().reshape(shape)


def fill(net):
    state = {k: v for k, v in net.state_dict().items() if not k.endswith("num_batches_tracked")
             and not k.startswith(("fc.", "classifier.", "classif."))}
    # EfficientNets are so deep that their values would grow without bound: there the branches count a fifth.
    excites = any(".se." in name for name in state)
    for index, name in enumerate(sorted(state)):
        filling, shape = formula(index, state[name].numel()), state[name].shape
        if len(shape) == 4:
            filling = filling * numpy.sqrt(6.0 / (shape[1] * shape[2] * shape[3]))
        elif name.endswith("running_var") or name.endswith("weight"):
            filling = 1 + 0.5 * filling
            if excites and name.endswith("bn3.weight"):
                filling = 0.2 * filling
        else:
            filling = 0.2 * filling
        state[name].copy_(torch.from_numpy(filling.astype(numpy.float32)).double().reshape(shape))


def summary(tensors):
    """The norm of each tensor, and its product with the formula, in the order of the names."""
    rows = []
    for index, name in enumerate(sorted(tensors)):
        flat = tensors[name].detach().flatten()
        rows.append([float(flat.norm()), float(flat @ torch.from_numpy(formula(index, flat.numel())))])
    return torch.tensor(rows, dtype=torch.float32)


def train(name, net, parameters, loss_of, steps=10):
    optimiser = torch.optim.SGD(parameters.values(), lr=0.01, momentum=0.9, weight_decay=5e-4)
    losses, stored = [], {}
    for step in range(steps):
        optimiser.zero_grad()
        loss = loss_of()
        loss.backward()
        if step == 0:
            stored["gradients"] = summary({k: p.grad for k, p in parameters.items()})
            stored["running"] = summary({k: b for k, b in net.named_buffers() if "running" in k})
        optimiser.step()
        losses.append(float(loss.detach()))
    stored["losses"] = torch.tensor(losses, dtype=torch.float32)
    print(name, losses, flush=True)
    save_file(stored, f"{HERE}/{name}.safetensors")


def trainable(net):
    return {k: p for k, p in net.named_parameters() if not k.startswith(("fc.", "classifier.", "classif."))}


def resnet12():
    """easyfsl's episode: 5 ways, 1 shot, 2 queries, 24×24 pictures, the support before the queries.

    The norms' biases are 2.5 larger than elsewhere, so that few values lie near a ReLU's kink, and a hundredth below it: with the plain
    ones an error of 1e-6 in the convolutions moves the gradients by 1e-2.
    """
    net = modules.resnet12().double().train()
    with torch.no_grad():
        fill(net)
        for name, parameter in net.named_parameters():
            if name.endswith(".bias") and not name.startswith("fc."):
                parameter.copy_(parameter.float() + 2.5)
    images = values(9996, 15, 24, 24, 3).permute(0, 3, 1, 2)
    support, query = images[:5], images[5:]
    labels = torch.arange(5)
    classifier = PrototypicalNetworks(net)

    def loss():
        classifier.process_support_set(support, labels)
        return torch.nn.functional.cross_entropy(classifier(query), labels.repeat_interleave(2))

    train("resnet12", net, trainable(net), loss)


def mobilenetv2(name, steps, tuned=("",)):
    """TensorFlow's padding and epsilon, a head of 5 classes, 10 pictures of 32×32, label smoothing 0.1.

    Ten steps of the whole network amplify rounding until PyTorch's float32 differs from its float64 by 0.3, so the
    trajectory is one of tuning the end: what begins with `tuned` learns, the rest is frozen, its norms too.
    """
    net = timm.create_model("mobilenetv2_100", num_classes=0, pad_type="same", bn_eps=1e-3).double().train()
    head = torch.nn.Linear(1280, 5).double()
    with torch.no_grad():
        fill(net)
        head.weight.copy_((0.05 * values(9001, 5, 1280)).float())
        head.bias.copy_((0.2 * values(9002, 5)).float())
    for path, module in net.named_modules():
        if isinstance(module, torch.nn.BatchNorm2d) and not f"{path}.".startswith(tuple(tuned)):
            module.eval()
    images = values(9990, 10, 32, 32, 3).permute(0, 3, 1, 2)
    labels = torch.arange(10) % 5
    parameters = {k: p for k, p in trainable(net).items() if k.startswith(tuple(tuned))}
    parameters |= {"head.weight": head.weight, "head.bias": head.bias}
    train(name, net, parameters,
          lambda: torch.nn.functional.cross_entropy(head(net(images)), labels, label_smoothing=0.1), steps)


class WithoutPadding:
    """torch.nn.functional with average pools that leave the padding out of the count, as TensorFlow's do."""

    def __getattr__(self, name):
        return getattr(torch.nn.functional, name)

    @staticmethod
    def avg_pool2d(x, kernel_size, stride=None, padding=0):
        return torch.nn.functional.avg_pool2d(x, kernel_size, stride, padding, count_include_pad=False)


def transferred(name, net, width, size, tuned=("",), suffix=""):
    """One step with a head of 5 classes on 5 pictures; TensorFlow's Inceptions have no scales to train.

    What begins with `tuned` learns. Of the whole Inceptions PyTorch's own float32 gradients differ from its float64 by up to 5 % (V3)
    and 3 % (ResNetV2): kinks and maxima, as with MobileNetV2; of the smooth EfficientNets by 2e-4. The pictures are a set with which
    the Inceptions' ends keep away from kinks: within 2e-5 (with two of four sets V3's differs by 1 and 2 %).
    """
    images = 5
    sys.modules["timm.models.inception_v3"].F = WithoutPadding()
    net = net.double().train()
    head = torch.nn.Linear(width, 5).double()
    with torch.no_grad():
        fill(net)
        head.weight.copy_((0.05 * values(9001, 5, width)).float())
        head.bias.copy_((0.2 * values(9002, 5)).float())
    pictures = values(9989, images, size, size, 3).permute(0, 3, 1, 2)
    labels = torch.arange(images)
    for path, module in net.named_modules():
        if isinstance(module, torch.nn.BatchNorm2d) and not f"{path}.".startswith(tuple(tuned)):
            module.eval()
    norms = [path for path, module in net.named_modules() if isinstance(module, torch.nn.BatchNorm2d)]
    fixed = {f"{path}.weight" for path in norms} if name.startswith("inception") else set()
    parameters = {k: p for k, p in trainable(net).items() if k not in fixed and k.startswith(tuple(tuned))}
    parameters |= {"head.weight": head.weight, "head.bias": head.bias}
    train(name + suffix, net, parameters, lambda: torch.nn.functional.cross_entropy(head(net(pictures)), labels),
          steps=1)


METRICS = [1.0, 0.9, 0.9, 0.89995, 0.9, 0.5, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6, 0.4, 0.4, 0.4, 0.4, 0.4]


def schedules():
    def rates(make, metrics=None):
        optimiser = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.1, momentum=0.9)
        schedule, seen = make(optimiser), []
        for epoch in range(20):
            seen.append(optimiser.param_groups[0]["lr"])
            optimiser.step()
            schedule.step(*([] if metrics is None else [metrics[epoch]]))
        return torch.tensor(seen, dtype=torch.float32)

    s = torch.optim.lr_scheduler
    save_file({
        "multi_step": rates(lambda o: s.MultiStepLR(o, [3, 7, 8], 0.5)),
        "cosine": rates(lambda o: s.CosineAnnealingLR(o, 19, 0.001)),
        "warm_up": rates(lambda o: s.SequentialLR(
            o, [s.LinearLR(o, 0.1, 1.0, 4), s.MultiStepLR(o, [3, 7], 0.1)], [4])),
        "plateau": rates(lambda o: s.ReduceLROnPlateau(o, factor=0.5, patience=2, cooldown=1, min_lr=0.02), METRICS),
        "metrics": torch.tensor(METRICS, dtype=torch.float32),
    }, f"{HERE}/schedules.safetensors")


def optimisers():
    """A weight after five steps with made-up gradients, for each kind of SGD."""
    def run(**settings):
        weight = torch.nn.Parameter(values(1, 8))
        optimiser = torch.optim.SGD([weight], lr=0.1, **settings)
        for step in range(5):
            weight.grad = values(10 + step, 8)
            optimiser.step()
        return weight.detach().float()

    save_file({
        "plain": run(), "decay": run(weight_decay=0.01), "momentum": run(momentum=0.9, weight_decay=0.01),
        "nesterov": run(momentum=0.9, weight_decay=0.01, nesterov=True),
    }, f"{HERE}/sgd.safetensors")


TRANSFERRED = {
    "inception_v3": (lambda: timm.create_model("inception_v3", num_classes=0, aux_logits=False), 2048, 139, ("Mixed_7c.",)),
    "inception_resnet_v2": (lambda: timm.create_model("inception_resnet_v2", num_classes=0), 1536, 139, ("block8.", "conv2d_7b.")),
    "efficientnet_b0": (lambda: timm.create_model("tf_efficientnet_b0", num_classes=0), 1280, 64, None),
    "efficientnet_b7": (lambda: timm.create_model("tf_efficientnet_b7", num_classes=0), 2560, 64, None),
}

if __name__ == "__main__":
    for name, (build, width, size, end) in TRANSFERRED.items():
        transferred(name, build(), width, size)
        if end:
            transferred(name, build(), width, size, end, "-tuned")
    if sys.argv[1:] == ["transferred"]:
        sys.exit()
    schedules()
    optimisers()
    resnet12()
    mobilenetv2("mobilenetv2", steps=1)
    mobilenetv2("mobilenetv2-tuned", steps=10, tuned=("blocks.6.", "conv_head", "bn2."))

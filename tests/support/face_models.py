"""Two tiny networks in the shape of YuNet and SFace, made from code.

A "face" is a square of 96 px in which red and blue outweigh green by far: the detector finds one
where 3x3 cells of 32 px are like that. The recognizer's embedding is the mean colour of the aligned
face, so squares of one colour are one person and others are not. Shapes, names and ranges of values
are what OpenCV's FaceDetectorYN and FaceRecognizerSF expect of the published models.
"""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

#: Side of a face and of its box, px.
FACE_PX = 96

_CELL_PX = 32
#: (red + blue) / 2 - green, mean of 3x3 cells: confidence 0 here, and 1 here.
_NO_FACE, _A_FACE = 95.0, 125.0

_KINDS = {"cls": 1, "obj": 1, "bbox": 4, "kps": 10}
#: Both eyes, nose, corners of the mouth (x, y) in SFace's template of 112x112 px.
_LANDMARKS = (
    (38.29, 51.70), (73.53, 51.50), (56.03, 71.74), (41.55, 92.37), (70.73, 92.20)
)  # fmt: skip


def write_detector(path: Path) -> Path:
    """A YuNet-shaped network: twelve outputs, one per kind and stride."""
    nodes, weights = [], []
    for stride in (8, 16, 32):
        window = {"kernel_shape": [stride, stride], "strides": [stride, stride]}
        pool = helper.make_node("AveragePool", ["input"], [f"cells_{stride}"], **window)
        nodes.append(pool)
    for kind, width in _KINDS.items():
        for stride in (8, 16, 32):
            kernel, bias = _head(kind, stride, width)
            name = f"{kind}_{stride}"
            weights += [
                numpy_helper.from_array(kernel, f"{name}_kernel"),
                numpy_helper.from_array(bias, f"{name}_bias"),
                numpy_helper.from_array(np.array([1, -1, width], np.int64), f"{name}_shape"),
            ]
            nodes += [
                helper.make_node(
                    "Conv",
                    [f"cells_{stride}", f"{name}_kernel", f"{name}_bias"],
                    [f"{name}_map"],
                    pads=[1, 1, 1, 1],
                ),
                helper.make_node("Transpose", [f"{name}_map"], [f"{name}_last"], perm=[0, 2, 3, 1]),
                helper.make_node("Reshape", [f"{name}_last", f"{name}_shape"], [name]),
            ]
    outputs = [
        helper.make_tensor_value_info(f"{kind}_{stride}", TensorProto.FLOAT, [1, None, width])
        for kind, width in _KINDS.items()
        for stride in (8, 16, 32)
    ]
    return _write(path, nodes, [1, 3, None, None], outputs, weights)


def write_recognizer(path: Path) -> Path:
    """An SFace-shaped network: 1x3x112x112 in RGB order to one embedding, here of 3 numbers."""
    kernel = np.eye(3, dtype=np.float32).reshape(3, 3, 1, 1)
    bias = np.full(3, -128, np.float32)
    nodes = [
        helper.make_node("Conv", ["data", "kernel", "bias"], ["centred"]),
        helper.make_node("GlobalAveragePool", ["centred"], ["mean"]),
        helper.make_node("Flatten", ["mean"], ["fc1"]),
    ]
    weights = [numpy_helper.from_array(kernel, "kernel"), numpy_helper.from_array(bias, "bias")]
    outputs = [helper.make_tensor_value_info("fc1", TensorProto.FLOAT, [1, 3])]
    return _write(path, nodes, [1, 3, 112, 112], outputs, weights, name="data")


def _head(kind: str, stride: int, width: int) -> tuple[np.ndarray, np.ndarray]:
    """Kernel and bias of one convolution over the cells' mean colours (B, G, R)."""
    kernel = np.zeros((width, 3, 3, 3), np.float32)
    bias = np.zeros(width, np.float32)
    if stride != _CELL_PX:
        return kernel, bias
    side = FACE_PX / _CELL_PX
    if kind == "cls":  # OpenCV clips it to 0..1
        slope = 1 / (_A_FACE - _NO_FACE)
        kernel[0] = np.array([0.5, -1.0, 0.5])[:, None, None] * slope / 9
        bias[0] = -_NO_FACE * slope
    elif kind == "obj":
        bias[0] = 1
    elif kind == "bbox":  # centre, and logarithm of the size, in cells
        bias[:] = (0.5, 0.5, np.log(side), np.log(side))
    else:
        bias[:] = (np.array(_LANDMARKS) / 112 * side + 0.5 - side / 2).ravel()
    return kernel, bias


def _write(path, nodes, shape, outputs, weights, name="input") -> Path:
    inputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)]
    graph = helper.make_graph(nodes, path.stem, inputs, outputs, weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.checker.check_model(model)
    path.write_bytes(model.SerializeToString())
    return path

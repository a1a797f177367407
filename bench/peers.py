"""PyTorch and JAX on CPUs as contenders: one request as JSON on standard input, one answer on standard
output. The work, the numbers and the answers are those of child.ts. What is not written down here
(steps of LeNet, ResNet, U-Net, the transformer and the LSTM) is refused with an error."""
import json
import os
import resource
import sys
import time

request = json.load(sys.stdin)
contender = request["contender"]
threads = contender["threads"]
for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[name] = str(threads)
if contender["library"] == "jax" and hasattr(os, "sched_setaffinity"):
    # JAX takes a thread per core that it may use.
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])

import numpy as np


def made(shape, seed):
    k = np.arange(int(np.prod(shape)), dtype=np.float64)
    return (((k + 31 * seed) * 0.6180339887498949) % 1 * 2 - 1).astype(np.float32).reshape(shape)


def first_parameters(shapes):
    result = []
    for seed, (name, shape) in enumerate(shapes.items()):
        data = made(shape, seed + 1)
        if len(shape) == 1:
            data[:] = 1 if name.endswith("scale") else 0
        else:
            inputs = np.prod(shape[1:]) if len(shape) == 4 else shape[0]
            data = (data / np.sqrt(inputs)).astype(np.float32)
        result.append(data)
    return result


def identity(n):
    return np.eye(n, dtype=np.float32)


class Torch:
    def __init__(self):
        import torch

        torch.set_num_threads(threads)
        torch.set_num_interop_threads(1)
        self.torch, self.f = torch, torch.nn.functional
        self.version = f"PyTorch {torch.__version__}"

    def compute(self, f, arrays, gradients=False):
        own = [self.torch.from_numpy(a).requires_grad_(gradients) for a in arrays]

        def call():
            if gradients:
                return list(self.torch.autograd.grad(f(*own), own))
            with self.torch.no_grad():
                return [f(*own)]

        return call, lambda: [y.numpy().ravel() for y in call()]

    def functions(self):
        t, f = self.torch, self.f
        conv = lambda x, w: f.conv2d(x, w, padding=1)
        return {
            "matmul": lambda x, y: x @ y,
            "add": lambda x, y: x + y,
            "chain": lambda x, y: t.sigmoid(t.tanh(x) * y),
            "softmax": lambda x: t.softmax(x, 1),
            "layerNorm": lambda x: f.layer_norm(x, x.shape[1:]),
            "sumRows": lambda x: x.sum(1),
            "sumColumns": lambda x: x.sum(0),
            "conv": conv,
            "energy": lambda x, w: conv(x, w).square().sum() * 0.5,
            "tanh": t.tanh,
            "relu": t.relu,
        }

    def train_mlp(self, arrays, x, y, rate):
        t = self.torch
        x, y = t.from_numpy(x), t.from_numpy(y.astype(np.int64))

        def begin():
            own = [t.from_numpy(a.copy()).requires_grad_() for a in arrays]
            return own, t.optim.Adam(own, lr=rate)

        state = [begin()]

        def step():
            own, optimizer = state[0]
            optimizer.zero_grad()
            loss = self.f.cross_entropy(mlp(t.relu, own, x), y)
            loss.backward()
            optimizer.step()
            return loss.item()

        def result():
            state[0] = begin()
            return [np.array([step() for _ in range(4)])]

        return step, result


class Jax:
    def __init__(self):
        import jax

        self.jax, self.np = jax, jax.numpy
        self.version = f"JAX {jax.__version__}"

    def compute(self, f, arrays, gradients=False):
        own = [self.np.asarray(a) for a in arrays]
        both = tuple(range(len(own)))
        compiled = self.jax.jit(self.jax.grad(f, both) if gradients else lambda *xs: (f(*xs),))
        call = lambda: self.jax.block_until_ready(compiled(*own))
        return call, lambda: [np.asarray(y).ravel() for y in call()]

    def functions(self):
        j, n = self.jax, self.np
        conv = lambda x, w: j.lax.conv(x, w, (1, 1), "SAME")
        return {
            "matmul": lambda x, y: x @ y,
            "add": lambda x, y: x + y,
            "chain": lambda x, y: j.nn.sigmoid(n.tanh(x) * y),
            "softmax": lambda x: j.nn.softmax(x, 1),
            "layerNorm": lambda x: j.nn.standardize(x, axis=1, epsilon=1e-5),
            "sumRows": lambda x: x.sum(1),
            "sumColumns": lambda x: x.sum(0),
            "conv": conv,
            "energy": lambda x, w: n.square(conv(x, w)).sum() * 0.5,
            "tanh": n.tanh,
            "relu": j.nn.relu,
        }

    def train_mlp(self, arrays, x, y, rate):
        j, n = self.jax, self.np
        x, y = n.asarray(x), n.asarray(y)

        def loss(own):
            scores = j.nn.log_softmax(mlp(j.nn.relu, own, x), 1)
            return -n.take_along_axis(scores, y[:, None], 1).mean()

        def update(own, mean, square, count):
            value, gradients = j.value_and_grad(loss)(own)
            mean = [0.9 * m + 0.1 * g for m, g in zip(mean, gradients)]
            square = [0.999 * v + 0.001 * g * g for v, g in zip(square, gradients)]
            c1, c2 = 1 - 0.9**count, 1 - 0.999**count
            own = [
                p - rate / c1 * m / (n.sqrt(v) / n.sqrt(c2) + 1e-8)
                for p, m, v in zip(own, mean, square)
            ]
            return value, own, mean, square, count + 1

        compiled = j.jit(update, donate_argnums=(0, 1, 2))
        zeros = lambda: [n.zeros(a.shape, n.float32) for a in arrays]
        begin = lambda: ([n.array(a) for a in arrays], zeros(), zeros(), n.float32(1))
        state = [begin()]

        def step():
            value, *rest = compiled(*state[0])
            state[0] = rest
            return float(value)

        def result():
            state[0] = begin()
            return [np.array([step() for _ in range(4)])]

        return step, result


def mlp(relu, p, x):
    return relu(relu(x @ p[0] + p[1]) @ p[2] + p[3]) @ p[4] + p[5]


def make(library, work, model):
    kind, f = work["kind"], library.functions()
    if kind == "matmul":
        m, k, n = work["m"], work["k"], work["n"]
        return library.compute(f["matmul"], [made([m, k], 0), made([k, n], 1)])
    if kind == "elements":
        return library.compute(f[work["form"]], [made([work["count"]], s) for s in (0, 1)])
    if kind == "rows":
        return library.compute(f[work["form"]], [made([work["rows"], work["columns"]], 0)])
    if kind == "conv":
        c, s = work["channels"], work["side"]
        arrays = [made([work["batch"], c, s, s], 0), made([c, c, 3, 3], 1)]
        gradients = work["withGradients"]
        return library.compute(f["energy" if gradients else "conv"], arrays, gradients)
    if kind == "tiny":
        def ten(x, y):
            for _ in range(5):
                x = f["tanh"](x * y)
            return x
        return library.compute(ten, [made([16], 0), made([16], 1)])
    if kind == "launches":
        def products(x, w):
            for _ in range(work["count"]):
                x = x @ w
            return x
        return library.compute(products, [made([16, 16], 0), identity(16)])
    if work.get("model") == "mlp":
        arrays, x = first_parameters(model["shapes"]), made(model["input"], 99)
        if kind == "forward":
            return library.compute(lambda x, *p: mlp(f["relu"], p, x), [x, *arrays])
        y = ((7 * np.arange(x.shape[0])) % 10).astype(np.int32)
        return library.train_mlp(arrays, x, y, model["optimizer"]["rate"])
    raise LookupError(f"bench/peers.py has kernels and the MLP only, no {work.get('model')}")


def memory():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def sample(run, warm_up, fewest_warm, duration, fewest):
    def loop(milliseconds, least):
        times, begin = [], time.perf_counter()
        while len(times) < least or (time.perf_counter() - begin) * 1000 < milliseconds:
            start = time.perf_counter()
            run()
            times.append((time.perf_counter() - start) * 1000)
        return times

    loop(warm_up, fewest_warm)
    return sorted(loop(duration, fewest))


def answer():
    library = Torch() if contender["library"] == "pytorch" else Jax()
    if request["kind"] == "open":
        return f"{library.version}, threads {threads}"
    run, result = make(library, request["work"], request.get("model"))
    start = memory()
    begin = time.perf_counter()
    run()
    first = (time.perf_counter() - begin) * 1000
    chosen = [
        [float(y[k * len(y) // min(len(y), 4096)]) for k in range(min(len(y), 4096))]
        for y in result()
    ]
    sampling = request.get("sampling")
    keys = ("warmUp", "fewestWarm", "time", "fewest")
    samples = [] if sampling is None else sample(run, *(sampling[key] for key in keys))
    stride = max(1, len(samples) // 201)
    return {
        "results": chosen,
        "first": first,
        "samples": samples[::stride],
        "count": len(samples),
        "mostMemory": memory(),
        "startMemory": start,
    }


try:
    reply = {"kind": "done", "value": answer()}
except Exception as error:  # whatever the library says goes into the table
    reply = {"kind": "refused", "message": f"{type(error).__name__}: {error}".split("\n")[0][:160]}
print(json.dumps(reply))

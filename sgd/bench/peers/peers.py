"""The Python side of bench: peers.py PART DIR prints one JSON line a measurement.

Processor time of the process, one thread, the median of ROUNDS; a library that is
not there is left out.
"""
import json, os, sys, time
import numpy as np

ROUNDS, N = 7, 10_000_000
part, folder = sys.argv[1], sys.argv[2]


def optional(name):
    try:
        return __import__(name, fromlist=["_"])
    except ImportError:
        return None


def measure(task, who, units, f, loss=None):
    f()
    times = []
    for _ in range(ROUNDS):
        began = time.process_time()
        f()
        times.append((time.process_time() - began) / units * 1e9)
    times.sort()
    losses = loss() if loss else []
    mean, err = (float(np.mean(losses)), float(np.std(losses, ddof=1) / len(losses) ** .5)) if losses else (0, 0)
    print(json.dumps(dict(task=task, who=who, ns=times[ROUNDS // 2], best=times[0], loss=mean, loss_err=err)), flush=True)
    print(f"{task:14} {who:34} {times[ROUNDS // 2]:12.2f} ns", file=sys.stderr)


torch, jax, optax, sklearn = (optional(n) for n in ("torch", "jax", "optax", "sklearn.linear_model"))
if torch:
    torch.set_num_threads(1)
if jax:
    jax.config.update("jax_enable_x64", True)
    import jax.numpy as jnp


def step():
    task = "step in 2-D"

    def numpy_steps(n=20_000):
        x, v, g = np.array([-1.2, 1.0]), np.zeros(2), np.empty(2)
        for _ in range(n):
            a, b = 1 - x[0], x[1] - x[0] * x[0]
            g[0], g[1] = -2 * a - 400 * x[0] * b, 200 * b
            v *= .9
            v += g
            x -= 1e-4 * v
    if not jax:  # one interpreter is enough
        measure(task, "NumPy " + np.__version__, 20_000, numpy_steps)
    if torch:
        def eager(n=2_000):
            x = torch.tensor([-1.2, 1.0], dtype=torch.float64, requires_grad=True)
            opt = torch.optim.SGD([x], lr=1e-4, momentum=.9)
            for _ in range(n):
                opt.zero_grad()
                a, b = 1 - x[0], x[1] - x[0] * x[0]
                (a * a + 100 * b * b).backward()
                opt.step()
        measure(task, "PyTorch " + torch.__version__ + ", autograd", 2_000, eager)

        def by_hand(n=5_000):
            x = torch.tensor([-1.2, 1.0], dtype=torch.float64, requires_grad=True)
            x.grad = torch.zeros_like(x)
            opt = torch.optim.SGD([x], lr=1e-4, momentum=.9)
            for _ in range(n):
                p, q = x.detach().tolist()
                a, b = 1 - p, q - p * p
                x.grad[0], x.grad[1] = -2 * a - 400 * p * b, 200 * b
                opt.step()
        measure(task, "PyTorch, gradient by hand", 5_000, by_hand)
    if jax:
        n = 1_000_000

        def f(x):
            a, b = 1 - x[0], x[1] - x[0] * x[0]
            return a * a + 100 * b * b
        grad = jax.grad(f)

        @jax.jit
        def scan(x):
            def body(c, _):
                x, v = c
                v = .9 * v + grad(x)
                return (x - 1e-4 * v, v), None
            return jax.lax.scan(body, (x, jnp.zeros(2)), None, length=n)[0]
        start = jnp.array([-1.2, 1.0])
        measure(task, "JAX " + jax.__version__ + ", jitted lax.scan", n, lambda: jax.block_until_ready(scan(start)))

        # Two scalars instead of an array of two: what XLA likes best.
        @jax.jit
        def scalars(p, q):
            def body(c, _):
                p, q, v, w = c
                a, b = 1 - p, q - p * p
                v, w = .9 * v + (-2 * a - 400 * p * b), .9 * w + 200 * b
                return (p - 1e-4 * v, q - 1e-4 * w, v, w), None
            return jax.lax.scan(body, (p, q, 0., 0.), None, length=n)[0]
        measure(task, "JAX, jitted lax.scan of scalars", n, lambda: jax.block_until_ready(scalars(-1.2, 1.0)))
    if optax:
        rule = optax.sgd(1e-4, momentum=.9)

        @jax.jit
        def scan2(x):
            def body(c, _):
                x, s = c
                u, s = rule.update(grad(x), s, x)
                return (optax.apply_updates(x, u), s), None
            return jax.lax.scan(body, (x, rule.init(x)), None, length=n)[0]
        measure(task, "optax " + optax.__version__ + ", jitted lax.scan", n, lambda: jax.block_until_ready(scan2(start)))


def update():
    r = np.random.default_rng(1)
    g = r.standard_normal(N)
    names = {k: k + ", 10⁷ parameters" for k in ("SGD", "momentum", "Adam")}
    if not jax:
        x, m, v, t = r.standard_normal(N), np.zeros(N), np.zeros(N), np.empty(N)

        def plain():
            np.multiply(g, 1e-6, out=t)
            np.subtract(x, t, out=x)

        def momentum():
            np.multiply(m, .9, out=m)
            np.add(m, g, out=m)
            np.multiply(m, 1e-6, out=t)
            np.subtract(x, t, out=x)

        def adam():
            np.multiply(m, .9, out=m)
            np.multiply(g, .1, out=t)
            np.add(m, t, out=m)
            np.multiply(v, .999, out=v)
            np.multiply(g, g, out=t)
            np.multiply(t, .001, out=t)
            np.add(v, t, out=v)
            np.sqrt(v, out=t)
            np.add(t, 1e-8, out=t)
            np.divide(m, t, out=t)
            np.multiply(t, 1e-6, out=t)
            np.subtract(x, t, out=x)
        for k, f in dict(SGD=plain, momentum=momentum, Adam=adam).items():
            measure(names[k], "NumPy, in place", N, f)
    if torch:
        p = torch.tensor(r.standard_normal(N), requires_grad=True)
        p.grad = torch.tensor(g)
        o = torch.optim
        for k, make in dict(SGD=lambda **kw: o.SGD([p], lr=1e-6, **kw), momentum=lambda **kw: o.SGD([p], lr=1e-6, momentum=.9, **kw),
                            Adam=lambda **kw: o.Adam([p], lr=1e-6, **kw)).items():
            for label, kw in ("one by one", dict(foreach=False)), ("foreach", dict(foreach=True)), ("fused", dict(fused=True)):
                try:
                    opt = make(**kw)
                    opt.step()
                except Exception:  # this version has no such path on the CPU
                    continue
                measure(names[k], "PyTorch, " + label, N, opt.step)
                del opt
    if optax:
        grads = jnp.asarray(g)
        for k, rule in dict(SGD=optax.sgd(1e-6), momentum=optax.sgd(1e-6, momentum=.9), Adam=optax.adam(1e-6)).items():
            def advance(x, s):
                u, s = rule.update(grads, s, x)
                return optax.apply_updates(x, u), s
            jitted = jax.jit(advance, donate_argnums=(0, 1))
            x = jnp.asarray(r.standard_normal(N))
            box = [x, rule.init(x)]

            def go():
                box[:] = jitted(*box)
                jax.block_until_ready(box[0])
            measure(names[k], "optax, jitted, donated", N, go)
            del box, x


def table(name):
    b = np.fromfile(os.path.join(folder, name + ".bin"))
    rows, columns = 100_000, 100
    return b[:rows * columns].reshape(rows, columns), b[rows * columns:]


def singles(name, who, model, z_loss, **settings):
    """Five epochs of single examples; the seed of the shuffle changes from round to round."""
    X, y = table(name)
    for order in "shuffled", "in order":
        ends = []

        def go():
            ends.append(model(penalty=None, alpha=0, learning_rate="constant", eta0=.001, shuffle=order == "shuffled", max_iter=5, tol=None,
                              fit_intercept=False, random_state=len(ends) + 1, **settings).fit(X, y).coef_.ravel())
        measure(f"{name}, 100,000 × 100, {order}, an example", who, 500_000, go, lambda: [np.mean(z_loss(X @ w, y)) for w in ends])


def logistic():
    if sklearn:
        singles("logistic", "scikit-learn SGDClassifier", sklearn.SGDClassifier, lambda z, y: np.logaddexp(0, z) - y * z, loss="log_loss")


def squares():
    if sklearn:
        singles("least-squares", "scikit-learn SGDRegressor", sklearn.SGDRegressor, lambda z, y: (z - y) ** 2 / 2, loss="squared_error")


{"step": step, "update": update, "logistic": logistic, "least-squares": squares}[part]()

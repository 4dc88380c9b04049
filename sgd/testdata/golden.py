"""Makes the golden files that parity_test.go holds the rules and schedules against.

    python3 golden.py torch    torch.json.gz      PyTorch (made with 1.13)
    python3 golden.py optax    optax.json.gz      optax (made with 0.2.8, JAX 0.10)
    python3 golden.py plain    plain.json.gz      formulas that neither has, typed out here

Everything is float64 and every gradient is computed here, operation by operation in
the order that parity_test.go has, so that the files test update rules and nothing else.
Rates are small enough that no trajectory is chaotic: an adaptive rule that has reached
the floor of a valley amplifies the last bit until it is the first.
A case is 1,000 steps from a fixed start: on Rosenbrock's valley x is kept at the steps
AT, on a 50-dimensional bowl three coordinates and the norm there and all of x at the
end; `sum` is the sum of |x|^2 over all steps.
"""
import gzip, json, math, sys
import numpy as np

N, AT = 1000, (1, 2, 3, 5, 10, 30, 100, 300, 1000)
DIM, SHOWN = 50, (0, 7, 49)


class Valley:
    name, start = "valley", np.array([-1.2, 1.0])

    @staticmethod
    def grad(x):
        p, q = float(x[0]), float(x[1])
        a, b = 1 - p, q - p * p
        return np.array([-2 * a - 400 * p * b, 200 * b]), a * a + 100 * (b * b)


class Bowl:
    """1/2 (x-c)'A(x-c); every entry is a short binary fraction, so exact everywhere."""
    name = "bowl"
    start = np.array([((i * 11) % 17 - 8) / 4 for i in range(DIM)])
    c = np.array([((i * 37) % 23 - 11) / 8 + 1 / 16 for i in range(DIM)])
    A = np.array([[((i * j * 7 + i + j) % 13 - 6) / 256 if i != j else 2 + (i % 10) / 2
                   for j in range(DIM)] for i in range(DIM)])

    @classmethod
    def grad(cls, x):
        d = x - cls.c
        g = np.zeros(DIM)
        for j in range(DIM):
            g = g + cls.A[:, j] * d[j]
        loss = 0.0
        for i in range(DIM):
            loss += float(d[i]) * float(g[i])
        return g, loss / 2


def square(x):
    s = 0.0
    for v in x:
        s += float(v) * float(v)
    return s


def record(case, problem, step):
    """step(x, g, loss, t) returns the next x."""
    x, kept, total = problem.start.copy(), [], 0.0
    for t in range(N):
        g, loss = problem.grad(x)
        x = np.asarray(step(x, g, loss, t), dtype=np.float64).copy()
        s = square(x)
        total += s
        if t + 1 in AT:
            kept.append([float(v) for v in x] if problem is Valley or t + 1 == N
                        else [float(x[i]) for i in SHOWN] + [math.sqrt(s)])
    if not np.all(np.isfinite(x)) or np.abs(x).max() > 1e3:
        sys.exit(f"{case} on {problem.name} diverges: choose another rate")
    return dict(case, problem=problem.name, x=kept, sum=total)


def write(name, value):
    with open(name, "wb") as f, gzip.GzipFile("", "wb", 9, f, mtime=0) as z:
        z.write(json.dumps(value, separators=(",", ":")).encode())


def both(rule, p, valley, bowl):
    """The case on the two problems, each with its learning rate."""
    return [(dict(rule=rule, p=p, lr=valley), Valley), (dict(rule=rule, p=p, lr=bowl), Bowl)]


# ------------------------------------------------------------------ PyTorch
def torch_cases():
    yield from both("SGD", {}, 5e-4, .1)
    yield from both("SGD", dict(momentum=.9), 1e-4, .05)
    yield from both("SGD", dict(momentum=.9, nesterov=1), 1e-4, .05)
    yield from both("SGD", dict(momentum=.8, dampening=.3, weight_decay=.01), 2e-4, .05)
    yield from both("SGD", dict(momentum=.7, nesterov=1, weight_decay=.1), 2e-4, .05)
    yield from both("SGD", dict(weight_decay=.3), 5e-4, .1)
    for rule in "Adam", "AMSGrad":
        yield from both(rule, {}, .002, .002)
        yield from both(rule, dict(beta1=.5, beta2=.9, eps=.1), .001, .001)
        yield from both(rule, dict(beta1=.8, beta2=.99, weight_decay=.05), .001, .001)
        yield from both(rule, dict(weight_decay=.1, decoupled=1), .002, .001)
    for rule in "NAdam", "RAdam", "AdaMax":
        slow = dict(RAdam=.1, NAdam=.2).get(rule, 1)  # RAdam's first steps are plain momentum
        yield from both(rule, {}, .002 * slow, .002)
        yield from both(rule, dict(beta1=.5, beta2=.9, eps=.1), .001 * slow, .001)
        yield from both(rule, dict(beta1=.8, beta2=.99, eps=.01, l2=.05), .0005 * slow, .0005)
    yield from both("NAdam", dict(psi=.02), .001, .002)
    yield from both("AdaGrad", {}, .5, .5)
    yield from both("AdaGrad", dict(decay=.01, initial=.1), .2, 1)
    yield from both("AdaGrad", dict(eps=.01, l2=.1), 1, .3)
    yield from both("Adadelta", {}, .1, 1)
    yield from both("Adadelta", dict(rho=.95, eps=1e-4), .02, .02)
    yield from both("Adadelta", dict(rho=.5, eps=.01, l2=.1), .0005, .001)
    yield from both("RMSProp", {}, .001, .001)
    yield from both("RMSProp", dict(rho=.9, momentum=.9, eps=.1), .0001, .0001)
    yield from both("RMSProp", dict(rho=.95, centred=1, eps=1e-2), .0002, .0005)
    yield from both("RMSProp", dict(rho=.99, centred=1, momentum=.5, eps=1e-1, l2=.1), .0002, .0005)
    yield from both("Rprop", {}, .01, .1)
    yield from both("Rprop", dict(up=1.1, down=.7), .001, .01)
    yield from both("Rprop", dict(up=1.5, down=.3, min=1e-3, max=.2), .1, .05)
    yield from both("ASGD", {}, 5e-4, .1)
    yield from both("ASGD", dict(decay=.05, alpha=.6, start=20), 5e-4, .1)
    yield from both("ASGD", dict(decay=.01, start=3, l2=.1), 3e-4, .05)
    yield from both("Plateau", dict(factor=.5, patience=3, threshold=.01), 5e-4, .1)
    yield from both("Plateau", dict(factor=.3, patience=1, threshold=.1, cooldown=4, min=1e-5), 5e-4, .1)
    yield from both("Plateau", dict(factor=.7, patience=2, threshold=.001, absolute=1), 5e-4, .1)


def torch_optimiser(torch, case, x):
    p, lr = dict(case["p"]), case["lr"]
    o, names = torch.optim, dict(l2="weight_decay", centred="centered", decay="lr_decay", psi="momentum_decay",
                                 initial="initial_accumulator_value", start="t0")
    kw = {names.get(k, k): v for k, v in p.items() if k not in ("beta1", "beta2", "decoupled", "up", "down", "min", "max")}
    if "beta1" in p:
        kw["betas"] = (p["beta1"], p["beta2"])
    rule = case["rule"]
    if rule == "SGD":
        return o.SGD([x], lr=lr, **{k: bool(v) if k == "nesterov" else v for k, v in kw.items()})
    if rule in ("Adam", "AMSGrad"):
        # Decoupled off means no decay in Adam's defaults, and AdamW is told its decay.
        return (o.AdamW if p.get("decoupled") else o.Adam)([x], lr=lr, amsgrad=rule == "AMSGrad", **kw)
    if rule == "NAdam":
        return o.NAdam([x], lr=lr, **kw)
    if rule == "RMSProp":
        return o.RMSprop([x], lr=lr, **{"alpha" if k == "rho" else k: bool(v) if k == "centered" else v for k, v in kw.items()})
    if rule == "Rprop":
        if "up" in p:
            kw["etas"] = (p["down"], p["up"])
        if "min" in p:
            kw["step_sizes"] = (p["min"], p["max"])
        return o.Rprop([x], lr=lr, **kw)
    if rule == "ASGD":
        return o.ASGD([x], lr=lr, **{"lambd" if k == "lr_decay" else k: v for k, v in kw.items()})
    return dict(RAdam=o.RAdam, AdaMax=o.Adamax, AdaGrad=o.Adagrad, Adadelta=o.Adadelta)[rule]([x], lr=lr, **kw)


def run_torch():
    import torch
    torch.set_default_dtype(torch.float64)  # NAdam and ASGD keep scalars in tensors
    torch.set_num_threads(1)
    old_nadam = tuple(int(v) for v in torch.__version__.split("a")[0].split(".")[:2]) < (2, 0)
    out = []
    for case, problem in torch_cases():
        if case["rule"] == "NAdam" and old_nadam:
            out.append(record(case, problem, nadam(case)))
            continue
        x = torch.tensor(problem.start.copy(), requires_grad=True)
        plan = None
        if case["rule"] == "Plateau":
            p = case["p"]
            opt = torch.optim.SGD([x], lr=case["lr"])
            plan = torch.optim.lr_scheduler.ReduceLROnPlateau(
                opt, factor=p["factor"], patience=p["patience"], threshold=p["threshold"],
                threshold_mode="abs" if p.get("absolute") else "rel", cooldown=p.get("cooldown", 0),
                min_lr=p.get("min", 0), eps=0)
        else:
            opt = torch_optimiser(torch, case, x)

        def step(_, g, loss, t):
            if plan:
                plan.step(loss)
            x.grad = torch.tensor(g)
            opt.step()
            return x.detach().numpy()
        made = record(case, problem, step)
        if case["rule"] == "ASGD":
            made["average"] = [float(v) for v in opt.state[x]["ax"][:2]]
        out.append(made)
    write("torch.json.gz", dict(cases=out, schedules=torch_schedules(torch)))


def nadam(case):
    """NAdam as PyTorch has it from 2.0 on; 1.13 has the momentum twice in one product."""
    p = case["p"]
    b1, b2, eps, psi = p.get("beta1", .9), p.get("beta2", .999), p.get("eps", 1e-8), p.get("psi", .004)
    s = dict(m=0, v=0, prod=1.0)

    def step(x, g, loss, t):
        g = g + p.get("l2", 0) * x
        s["m"] = b1 * s["m"] + (1 - b1) * g
        s["v"] = b2 * s["v"] + (1 - b2) * g * g
        mu = b1 * (1 - .5 * .96 ** ((t + 1) * psi))
        ahead = b1 * (1 - .5 * .96 ** ((t + 2) * psi))
        s["prod"] *= mu
        denom = np.sqrt(s["v"] / (1 - b2 ** (t + 1))) + eps
        return x - case["lr"] * (1 - mu) / (1 - s["prod"]) * g / denom - case["lr"] * ahead / (1 - s["prod"] * ahead) * s["m"] / denom
    return step


def torch_schedules(torch):
    from torch.optim import lr_scheduler as s
    plans = [
        ("EverySteps", [.1, 30, .5], lambda o: s.StepLR(o, 30, .5)),
        ("EverySteps", [.3, 7, .9], lambda o: s.StepLR(o, 7, .9)),
        ("EverySteps", [1, 1, .99], lambda o: s.StepLR(o, 1, .99)),
        ("Milestones", [.1, .1, 20, 50, 90], lambda o: s.MultiStepLR(o, [20, 50, 90], .1)),
        ("Milestones", [.5, .5, 1, 2, 4, 8, 16], lambda o: s.MultiStepLR(o, [1, 2, 4, 8, 16], .5)),
        ("Milestones", [.2, .3, 100], lambda o: s.MultiStepLR(o, [100], .3)),
        ("Exponential", [.1, .95], lambda o: s.ExponentialLR(o, .95)),
        ("Exponential", [1, .999], lambda o: s.ExponentialLR(o, .999)),
        ("Exponential", [.01, 1.01], lambda o: s.ExponentialLR(o, 1.01)),
        ("Cosine", [.1, 0, 200], lambda o: s.CosineAnnealingLR(o, 200, 0)),
        ("Cosine", [.1, .01, 200], lambda o: s.CosineAnnealingLR(o, 200, .01)),
        ("Cosine", [3, 1, 250], lambda o: s.CosineAnnealingLR(o, 250, 1)),
        ("WarmRestarts", [.1, 0, 10, 2], lambda o: s.CosineAnnealingWarmRestarts(o, 10, 2, 0)),
        ("WarmRestarts", [.1, .01, 25, 1], lambda o: s.CosineAnnealingWarmRestarts(o, 25, 1, .01)),
        ("WarmRestarts", [1, .1, 3, 3], lambda o: s.CosineAnnealingWarmRestarts(o, 3, 3, .1)),
        ("Linear", [.1 * .25, .1, 50], lambda o: s.LinearLR(o, .25, 1, 50)),
        ("Linear", [.3, .03, 120], lambda o: s.LinearLR(o, 1, .1, 120)),
        ("Linear", [.5, .5 * .75, 7], lambda o: s.LinearLR(o, 1, .75, 7)),
        ("Polynomial", [.1, 0, 1, 100], lambda o: s.PolynomialLR(o, 100, 1)),
        ("Polynomial", [.1, 0, 2, 100], lambda o: s.PolynomialLR(o, 100, 2)),
        ("Polynomial", [.4, 0, .5, 60], lambda o: s.PolynomialLR(o, 60, .5)),
        ("OneCycle", [.1, 200], lambda o: s.OneCycleLR(o, .1, 200, cycle_momentum=False)),
        ("OneCycle", [2, 101], lambda o: s.OneCycleLR(o, 2, 101, cycle_momentum=False)),
        ("OneCycle", [.01, 57], lambda o: s.OneCycleLR(o, .01, 57, cycle_momentum=False)),
    ]
    out = []
    for name, p, make in plans:
        base = .1 if name == "Linear" and p[2] == 50 else p[0]
        opt = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=base)
        plan = make(opt)
        n = p[1] if name == "OneCycle" else p[-1] + 1 if name == "Cosine" else 200
        lr = []
        for t in range(n):
            lr.append(opt.param_groups[0]["lr"])
            opt.step()
            if t + 1 < n:
                plan.step()
        out.append(dict(name=name, p=p, lr=lr))
    return out


# -------------------------------------------------------------------- optax
def optax_cases():
    yield from both("AdaBelief", {}, .001, .001)
    yield from both("AdaBelief", dict(beta1=.5, beta2=.9, eps=.1), .0002, .0005)
    yield from both("AdaBelief", dict(beta1=.8, beta2=.99, eps=1e-6, inside=1e-4), .0005, .001)
    yield from both("Yogi", {}, .002, .002)
    yield from both("Yogi", dict(beta1=.5, beta2=.9, eps=.1), .0003, .001)
    yield from both("Yogi", dict(beta1=.8, beta2=.99, initial=.1), .002, .002)
    yield from both("Lion", {}, .003, .01)
    yield from both("Lion", dict(beta1=.5, beta2=.9), .001, .02)
    yield from both("Lion", dict(beta1=.8, beta2=.95, weight_decay=.1), .002, .01)
    yield from both("SignSGD", {}, .002, .01)
    yield from both("SignSGD", {}, .0007, .03)
    yield from both("SignSGD", {}, .005, .001)
    yield from both("LARS", {}, .5, 1)
    yield from both("LARS", dict(momentum=.5, trust=.01, weight_decay=.1, split=1), .3, .1)
    yield from both("LARS", dict(momentum=.8, trust=.005, nesterov=1, weight_decay=.01, split=1), .2, .02)
    yield from both("LAMB", {}, .001, .0005)
    yield from both("LAMB", dict(beta1=.5, beta2=.9, eps=1e-3, split=1), .0005, .0005)
    yield from both("LAMB", dict(beta1=.8, beta2=.99, weight_decay=.1, split=1), .001, .0005)
    yield from both("Polyak", {}, .001, .02)
    yield from both("Polyak", dict(max=.01), .01, 1)
    yield from both("Polyak", dict(best=-.5, max=.0005), 1, 1)
    yield from both("Lookahead", dict(k=5, alpha=.5), 5e-4, .1)
    yield from both("Lookahead", dict(k=3, alpha=.8, momentum=.9), 1e-4, .05)
    yield from both("Lookahead", dict(k=10, alpha=.2, adam=1), .002, .002)
    yield from both("RMSProp", dict(inside=1, rho=.9, eps=1e-8), .0005, .0005)
    yield from both("RMSProp", dict(inside=1, rho=.95, eps=1e-3, momentum=.5), .0003, .0005)
    yield from both("RMSProp", dict(inside=1, rho=.9, eps=1e-1, centred=1), .0002, .001)
    yield from both("AdaGrad", dict(inside=1, initial=.1, eps=1e-7), .5, .5)
    yield from both("Sutskever", dict(momentum=.9), 2e-4, .05)
    yield from both("Sutskever", dict(momentum=.8, nesterov=1), 2e-4, .05)
    yield from both("Sutskever", dict(momentum=.5, weight_decay=.1), 3e-4, .05)
    yield from both("Sutskever", dict(momentum=.7, nesterov=1, weight_decay=.3), 2e-4, .03)


def optax_rule(optax, case):
    p, lr, r = case["p"], case["lr"], case["rule"]
    betas = dict(b1=p["beta1"], b2=p["beta2"]) if "beta1" in p else {}
    eps = dict(eps=p["eps"]) if "eps" in p else {}
    decay = p.get("weight_decay", 0)
    if r == "AdaBelief":
        return optax.adabelief(lr, **betas, **eps, **({"eps_root": p["inside"]} if "inside" in p else {}))
    if r == "Yogi":
        return optax.chain(optax.scale_by_yogi(**betas, **eps, **({"initial_accumulator_value": p["initial"]} if "initial" in p else {})), optax.scale(-lr))
    if r == "Lion":
        return optax.lion(lr, **betas, weight_decay=decay)
    if r == "SignSGD":
        return optax.sign_sgd(lr)
    if r == "LARS":
        return optax.lars(lr, weight_decay=decay, trust_coefficient=p.get("trust", .001), momentum=p.get("momentum", .9), nesterov=bool(p.get("nesterov")))
    if r == "LAMB":
        return optax.lamb(lr, **betas, **eps, weight_decay=decay)
    if r == "Polyak":
        return optax.chain(optax.scale_by_polyak(max_learning_rate=p.get("max", 1e300), f_min=p.get("best", 0.0)), optax.scale(-lr))
    if r == "Lookahead":
        fast = optax.adam(lr) if p.get("adam") else optax.sgd(lr, momentum=p.get("momentum"))
        return optax.lookahead(fast, p["k"], p["alpha"])
    if r == "RMSProp":
        return optax.rmsprop(lr, decay=p["rho"], eps=p["eps"], centered=bool(p.get("centred")), momentum=p.get("momentum"))
    if r == "AdaGrad":
        return optax.adagrad(lr, initial_accumulator_value=p["initial"], eps=p["eps"])
    if r == "Sutskever":  # the rate goes into the velocity: 1/t decay, so that it matters
        return optax.chain(optax.add_decayed_weights(decay), optax.scale_by_schedule(lambda t: -lr / (1 + .01 * t)), optax.trace(p["momentum"], nesterov=bool(p.get("nesterov"))))


def run_optax():
    import jax
    jax.config.update("jax_enable_x64", True)
    import optax, jax.numpy as jnp
    out = []
    for case, problem in optax_cases():
        rule = optax_rule(optax, case)
        cut = 30 if problem is Bowl else 1
        split = case["p"].get("split")
        tree = lambda v: {"a": jnp.asarray(v[:cut]), "b": jnp.asarray(v[cut:])} if split else jnp.asarray(v)
        flat = lambda v: np.concatenate([v["a"], v["b"]]) if split else np.asarray(v)
        params = tree(problem.start)
        ahead = case["rule"] == "Lookahead"
        if ahead:
            params = optax.LookaheadParams.init_synced(params)
        state = rule.init(params)
        @jax.jit  # XLA may fuse a multiplication and an addition: far below the tolerance
        def advance(g, state, params, extra):
            u, state = rule.update(g, state, params, **extra)
            return optax.apply_updates(params, u), state

        def step(_, g, loss, t):
            nonlocal params, state
            params, state = advance(tree(g), state, params, dict(value=loss) if case["rule"] == "Polyak" else {})
            return flat(params.fast if ahead else params)
        out.append(record(case, problem, step))
        print(case, problem.name, out[-1]["x"][-1][:2], file=sys.stderr)
    write("optax.json.gz", dict(cases=out))


# -------------------------------------------------------------------- plain
def run_plain():
    def qhm(case):
        b, nu, s = case["p"].get("beta", .999), case["p"].get("nu", .7), dict(v=0)

        def step(x, g, loss, t):
            s["v"] = b * s["v"] + (1 - b) * g
            return x - case["lr"] * ((1 - nu) * g + nu * s["v"])
        return step

    def signum(case):
        b, s = case["p"]["beta"], dict(m=0)

        def step(x, g, loss, t):
            s["m"] = b * s["m"] + (1 - b) * g
            return x - case["lr"] * np.sign(s["m"])
        return step

    out = []
    for p in {}, dict(beta=.9, nu=.5), dict(beta=.5, nu=.9):
        out += [record(c, q, qhm(c)) for c, q in both("QHM", p, 5e-4, .1)]
    for b in .5, .9, .99:
        out += [record(c, q, signum(c)) for c, q in both("SignSGD", dict(beta=b), .002, .01)]
    write("plain.json.gz", dict(cases=out))


if __name__ == "__main__":
    dict(torch=run_torch, optax=run_optax, plain=run_plain)[sys.argv[1]]()

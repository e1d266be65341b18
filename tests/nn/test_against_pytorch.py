"""Optimisers, schedules, clipping, losses and layers against numbers from PyTorch 2.13 (float64).

The numbers are the output of PyTorch for the settings beside them:
`torch.optim.NAME([w], **settings)` on f(w) = (1 - w0)² + 2 (w1 - w0²)² from w = (-0.5, 0.8), as
(step, w0, w1); the losses on Z with `.backward()`, the gradient of the last row; the
layers with the weights that are set below.
"""

import numpy as np
import pytest

import nn
from autograd import Tensor, Value
from nn.nodes import numbers
from nn.optim import lr_scheduler

# fmt: off
TRAJECTORIES = [
 ("SGD", {"lr": 0.05, "momentum": 0.9, "nesterov": True, "weight_decay": 0.1},
  [(1, -0.41925, 0.5834), (2, -0.24106759267062502, 0.33061851374999995),
   (10, 0.7164343014048581, 0.48287322276995764), (25, 1.010364652353897, 1.0283575104145863),
   (50, 0.8774872077505164, 0.748370662739976)]),
 ("SGD", {"lr": 0.05, "momentum": 0.9, "dampening": 0.4, "weight_decay": 0.1},
  [(1, -0.4575, 0.686), (2, -0.38276847375, 0.52413875),
   (10, 0.5729171933625341, -0.09602522403767748), (25, 0.8348316571192805, 0.7488033183536595),
   (50, 0.8736863683320454, 0.722608215265496)]),
 ("RMSprop", {"lr": 0.01},
  [(1, -0.4000000124999985, 0.7000000045454544), (2, -0.3197129834948921, 0.6297619541954211),
   (10, 0.1001154794508616, 0.33044873401555275), (25, 0.4616598287718844, 0.1950918104571002),
   (50, 0.6369545652202052, 0.32335228637033603)]),
 ("RMSprop",
  {"lr": 0.02,
   "alpha": 0.9,
   "momentum": 0.5,
   "weight_decay": 0.1,
   "centered": True,
   "eps": 0.001},
  [(1, -0.43359375, 0.7334306569343066), (2, -0.3454931006568749, 0.6494883959994621),
   (10, 0.4150834019819016, 0.14767331207242157), (25, 0.6871490854522218, 0.3932347412871535),
   (50, 0.8669527055686906, 0.7273636244773036)]),
 ("RMSprop", {"lr": 0.02, "alpha": 0.9, "momentum": 0.8},
  [(1, -0.4367544492966323, 0.7367544477057234), (2, -0.33643014656679293, 0.6404338371235664),
   (10, 0.7156651730870205, -0.03969138063090846), (25, 0.7925758527737631, 0.4996288244693156),
   (50, 0.9949818165683355, 0.9859648907897309)]),
 ("Adam", {"lr": 0.05},
  [(1, -0.450000000625, 0.7500000002272728), (2, -0.39994464870444335, 0.700006067677169),
   (10, 0.007923773673039647, 0.3066818267146698),
   (25, 0.6362249528225522, -0.02162977687978155),
   (50, 0.767383813200499, 0.47482338408874203)]),
 ("Adam", {"lr": 0.05, "betas": (0.8, 0.95), "eps": 0.0001, "weight_decay": 0.2},
  [(1, -0.4500055549383402, 0.7500021185542985), (2, -0.3998421787888615, 0.7000228956228033),
   (10, 0.01640594722795303, 0.31092638787312), (25, 0.5884638446810131, 0.11446044153194035),
   (50, 0.7684358695689313, 0.5508161521967544)]),
 ("Adam", {"lr": 0.1, "betas": (0.9, 0.9), "amsgrad": True},
  [(1, -0.40000000125, 0.7000000004545455), (2, -0.3010209037674156, 0.6000042014473763),
   (10, 0.4704190103127483, -0.09417274730719621), (25, 0.5150204380435978, 0.3858713851757706),
   (50, 0.8989167682135081, 0.7676305796951256)]),
 ("AdamW", {"lr": 0.05},
  [(1, -0.44975000062500003, 0.7496000002272728), (2, -0.39947051432411396, 0.6992317033130804),
   (10, 0.009273055038939403, 0.3039394529216156),
   (25, 0.634183834520605, -0.021824684623158883),
   (50, 0.765498771184006, 0.471852116611716)]),
 ("AdamW", {"lr": 0.05, "weight_decay": 0.3, "amsgrad": True, "betas": (0.7, 0.9)},
  [(1, -0.442500000625, 0.7380000002272727), (2, -0.38550282555033916, 0.6769755462591813),
   (10, 0.06245725695822533, 0.2420556317219112), (25, 0.5329557947344558, 0.14698029353473735),
   (50, 0.6481220811181863, 0.35588301494686747)])]

# lr before each step, then (step, w0, w1) after 10 steps of SGD(lr=0.02)
SCHEDULES = {
 "StepLR": ({"step_size": 4, "gamma": 0.5},
            [0.02, 0.02, 0.02, 0.02, 0.01, 0.01, 0.01, 0.01, 0.005, 0.005, 0.005, 0.005,
             0.0025],
            [10, -0.35032355157645706, 0.5472085855283608]),
 "ExponentialLR": ({"gamma": 0.9},
                   [0.02, 0.018000000000000002, 0.016200000000000003, 0.014580000000000003,
                    0.013122000000000003, 0.011809800000000004, 0.010628820000000004,
                    0.009565938000000005, 0.008609344200000004, 0.007748409780000004,
                    0.006973568802000004, 0.006276211921800004, 0.0056485907296200035],
                   [10, -0.34943961764289694, 0.5469621433481949]),
 "CosineAnnealingLR": ({"T_max": 10, "eta_min": 0.001},
                       [0.02, 0.01953503690480396, 0.018185661446562, 0.016083959896778494,
                        0.013435661446561997, 0.010499999999999995, 0.007564338553437996,
                        0.004916040103221504, 0.0028143385534379994, 0.0014649630951960413,
                        0.001, 0.0014649630951960415, 0.002814338553438007],
                       [10, -0.37260525798668337, 0.5742352193158523]),
 "LinearLR": ({"start_factor": 0.1, "total_iters": 6},
              [0.002, 0.005, 0.008, 0.011, 0.013999999999999999, 0.016999999999999998,
               0.019999999999999997, 0.019999999999999997, 0.019999999999999997,
               0.019999999999999997, 0.019999999999999997, 0.019999999999999997,
               0.019999999999999997],
              [10, -0.3399696760349001, 0.5348785022302298]),
 "SequentialLR": ({},
                  [0.005, 0.00875, 0.0125, 0.01625, 0.02, 0.019238795325112867,
                   0.017071067811865473, 0.013826834323650897, 0.009999999999999998,
                   0.006173165676349102, 0.002928932188134525, 0.0007612046748871325, 0.0],
                  [10, -0.35168297715923885, 0.5492830512632975])}
CLIPPED = [
 50, -0.037004652379920934, 0.29242574418050515]
CLIPPED_VALUE = [
 50, -0.19999999999999973, 0.4999999999999998]
CROSS_ENTROPY = [
 ("index", False, 0.0, "mean", 1.3200886961780085,
  [0.011653155644493473, 0.23405988796912644, -0.2457130436136199]),
 ("index", False, 0.0, "sum", 5.280354784712034,
  [0.04661262257797389, 0.9362395518765058, -0.9828521744544796]),
 ("index", False, 0.1, "mean", 1.3700886961780085,
  [0.0033198223111601394, 0.2257265546357931, -0.22904637694695323]),
 ("index", False, 0.1, "sum", 5.480354784712034,
  [0.013279289244640557, 0.9029062185431724, -0.9161855077878129]),
 ("index", True, 0.0, "mean", 0.9564118091176599,
  [0.005826577822246736, 0.11702994398456322, -0.12285652180680995]),
 ("index", True, 0.0, "sum", 3.8256472364706395,
  [0.023306311288986945, 0.4681197759382529, -0.4914260872272398]),
 ("index", True, 0.1, "mean", 1.0614476427599948,
  [-0.0017298784681203656, 0.11596726984917165, -0.11423739138105128]),
 ("index", True, 0.1, "sum", 4.245790571039979,
  [-0.0069195138724814625, 0.4638690793966866, -0.4569495655242051]),
 ("probability", False, 0.0, "mean", 1.1700886961780086,
  [-0.05084684435550653, 0.10905988796912644, -0.058213043613619904]),
 ("probability", False, 0.0, "sum", 4.680354784712034,
  [-0.20338737742202612, 0.43623955187650576, -0.23285217445447962]),
 ("probability", False, 0.1, "mean", 1.2350886961780088,
  [-0.05293017768883987, 0.1132265546357931, -0.060296376946953244]),
 ("probability", False, 0.1, "sum", 4.940354784712035,
  [-0.21172071075535948, 0.4529062185431724, -0.24118550778781297]),
 ("probability", True, 0.0, "mean", 1.2328559507586487,
  [-0.04647691098882147, 0.07183234595754885, -0.025355434968727365]),
 ("probability", True, 0.0, "sum", 4.931423803034595,
  [-0.1859076439552859, 0.2873293838301954, -0.10142173987490946]),
 ("probability", True, 0.1, "mean", 1.310247370236885,
  [-0.04880301839808176, 0.07528943162485874, -0.026486413226776955]),
 ("probability", True, 0.1, "sum", 5.24098948094754,
  [-0.19521207359232703, 0.30115772649943495, -0.10594565290710782])]

# momentum, output, gradient of Σ output³, running mean, running variance, batches, in eval()
BATCH_NORM = [
 (0.1,
  [[0.47873444981724506, 0.8725248158272253], [1.7182290128555016, 0.05288519653779448],
   [-1.8969634626727467, -0.32541001236501976]],
  [[-5.8892568901683156, -0.1181376306137766], [3.8700736629231516, 0.374066247488704],
   [2.019183227245165, -0.25592861687492735]],
  [0.08066666666666666, 0.06133333333333335], [2.360033333333334, 1.2722333333333333], 2,
  [[0.3141587924253749, 0.7591325627671153], [1.4858482342663322, 0.18285957260016245],
   [-1.9315793044364595, -0.08311257670766194]]),
 (None,
  [[0.47873444981724506, 0.8725248158272253], [1.7182290128555016, 0.05288519653779448],
   [-1.8969634626727467, -0.32541001236501976]],
  [[-5.8892568901683156, -0.1181376306137766], [3.8700736629231516, 0.374066247488704],
   [2.019183227245165, -0.25592861687492735]],
  [0.39999999999999997, 0.30000000000000004], [7.908333333333333, 2.3583333333333334], 2,
  [[0.04666055392318906, 0.6883798620843345], [0.6867339068449204, 0.26511731494457796],
   [-1.1801467058434627, 0.06976537011084416]])]

# output and gradient of Σ k a_k, k = 1 … 5, at (-3, -0.5, 0, 0.2, 2.5)
ACTIVATIONS = {
 "ELU": ([-0.6651490521424952, -0.2754285382011566, 0.0, 0.2, 2.5],
         [0.03485094785750476, 0.8491429235976867, 2.0999999999999996, 4.0, 5.0]),
 "GELU": ([-0.00404969409489031, -0.15426876936299344, 0.0, 0.11585194188782061,
           2.4844758366855597],
          [-0.01194564720418392, 0.26500975068767424, 1.5, 2.6298729929367766,
           5.188055429540725]),
 "SiLU": ([-0.14227761953270035, -0.1887703343990727, 0.0, 0.1099667994624956,
           2.3103545499468914],
          [-0.08810410601516962, 0.5200776253946964, 1.5, 2.3973492474194, 5.4970055567076335]),
 "Softplus": ([0.04858735157374206, 0.4740769841801067, 0.6931471805599453, 0.7981388693815918,
               2.5788897342925496],
              [0.04742587317756679, 0.7550813375962909, 1.5, 2.199335989249912,
               4.620709099893783]),
 "LogSoftmax": ([-5.71205646177529, -3.21205646177529, -2.71205646177529, -2.51205646177529,
                 -0.21205646177528983],
                [0.9504119925948669, 1.3958943992636466, 2.003998246316895, 2.7834807109190893,
                 -7.133785349094496]),
 "Softmax": ([0.003305867160342209, 0.040273706715756905, 0.06640011691220701,
              0.08110128593872738, 0.8089190232729664],
             [-0.012073205027538636, -0.10680804061856736, -0.10969657153742828,
              -0.0528824090978019, 0.2814602262813364]),
 "LeakyReLU": ([-0.30000000000000004, -0.05, 0.0, 0.2, 2.5],
               [0.1, 0.2, 0.30000000000000004, 4.0, 5.0])}

# fmt: on


def rosenbrock(w):
    """A valley, with its derivatives far from constant."""
    return (1 - w[0]) ** 2 + 2 * (w[1] - w[0] ** 2) ** 2


def walk(w, optimizer, steps, *between):
    """Minimise; the point after each step."""
    for _ in range(steps):
        optimizer.zero_grad()
        rosenbrock(w).backward()
        for each in between:
            each()
        optimizer.step()
        yield [float(x) for x in (w.data if isinstance(w, Tensor) else (w[0].data, w[1].data))]


@pytest.mark.parametrize("node", [Tensor, Value])
@pytest.mark.parametrize(("name", "settings", "points"), TRAJECTORIES)
def test_fifty_steps_are_pytorchs(name, settings, points, node) -> None:
    w = Tensor([-0.5, 0.8]) if node is Tensor else [Value(-0.5), Value(0.8)]
    optimizer = getattr(nn.optim, name)([w] if node is Tensor else w, **settings)
    path = list(walk(w, optimizer, 50))
    for step, *point in points:
        np.testing.assert_allclose(path[step - 1], point, rtol=0, atol=1e-10)


def schedule(name, optimizer, settings):
    if name != "SequentialLR":
        return getattr(lr_scheduler, name)(optimizer, **settings)
    warm_up = lr_scheduler.LinearLR(optimizer, 0.25, total_iters=4)
    cosine = lr_scheduler.CosineAnnealingLR(optimizer, 8)
    return lr_scheduler.SequentialLR(optimizer, [warm_up, cosine], [4])


@pytest.mark.parametrize("name", SCHEDULES)
def test_schedules_are_pytorchs(name) -> None:
    settings, rates, (steps, *point) = SCHEDULES[name]
    w = Tensor([-0.5, 0.8])
    optimizer = nn.optim.SGD([w], lr=0.02)
    scheduler = schedule(name, optimizer, settings)
    found, path = [optimizer.lr], []
    for each in walk(w, optimizer, 12):
        path.append(each)
        scheduler.step()
        found.append(optimizer.lr)
    np.testing.assert_allclose(found, rates, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(path[steps - 1], point, rtol=0, atol=1e-10)


@pytest.mark.parametrize(
    ("clip", "limit", "expected"),
    [
        (nn.optim.clip_grad_norm_, 0.7, CLIPPED),
        (nn.optim.clip_grad_value_, 0.3, CLIPPED_VALUE),
    ],
)
@pytest.mark.parametrize("node", [Tensor, Value])
def test_clipping_is_pytorchs(clip, limit, expected, node) -> None:
    w = Tensor([-0.5, 0.8]) if node is Tensor else [Value(-0.5), Value(0.8)]
    optimizer = nn.optim.SGD([w] if node is Tensor else w, lr=0.02)
    *_, last = walk(w, optimizer, 50, lambda: clip(optimizer.parameters, limit))
    np.testing.assert_allclose(last, expected[1:], rtol=0, atol=1e-10)


Z = [[0.3, -1.2, 2.0], [1.5, 0.1, -0.4], [-2.0, 0.7, 0.6], [0.0, 3.0, -1.0]]
TARGETS = {
    "index": np.array([2, 0, 1, 2]),
    "probability": np.array([[0.2, 0.3, 0.5], [1, 0, 0], [0.1, 0.1, 0.8], [0.25, 0.5, 0.25]]),
}


@pytest.mark.parametrize("node", [Tensor, Value])
@pytest.mark.parametrize(("kind", "weighted", "smoothing", "reduction", "J", "last"), CROSS_ENTROPY)
def test_cross_entropy_is_pytorchs(kind, weighted, smoothing, reduction, J, last, node) -> None:
    z = Tensor(Z) if node is Tensor else np.frompyfunc(Value, 1, 1)(np.array(Z))
    weight = [1.0, 2.0, 0.5] if weighted else None
    loss = nn.CrossEntropyLoss(weight, label_smoothing=smoothing, reduction=reduction)
    found = loss(z, TARGETS[kind])
    found.backward()
    assert found.item() == pytest.approx(J, rel=1e-13)
    grad = z.grad[3] if node is Tensor else [each.grad for each in z[3]]
    np.testing.assert_allclose(grad, last, rtol=1e-11, atol=1e-15)


@pytest.mark.parametrize("node", [Tensor, Value])
@pytest.mark.parametrize(("momentum", "out", "grad", "mean", "var", "count", "used"), BATCH_NORM)
def test_batch_norm_is_pytorchs(momentum, out, grad, mean, var, count, used, node) -> None:
    data = np.array([[0.3, -1.2], [1.5, 0.1], [-2.0, 0.7]])
    norm = nn.BatchNorm1d(2, momentum=momentum, node=node)
    norm.load_state_dict({"weight": [1.5, -0.5], "bias": [0.1, 0.2]}, strict=False)
    x = Tensor(data) if node is Tensor else np.frompyfunc(Value, 1, 1)(data)
    y = norm(x)
    norm(2 * x + 1)
    (y**3).sum().backward()
    grads = x.grad if node is Tensor else np.array([[e.grad for e in row] for row in x])
    np.testing.assert_allclose(numbers(y), out)
    np.testing.assert_allclose(grads, grad, rtol=1e-10)
    np.testing.assert_allclose(norm.running_mean, mean, rtol=1e-13)
    np.testing.assert_allclose(norm.running_var, var, rtol=1e-13)
    assert norm.num_batches_tracked == count
    norm.eval()
    np.testing.assert_allclose(numbers(norm(data)), used)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations_are_pytorchs(name) -> None:
    settings = {"ELU": {"alpha": 0.7}, "LeakyReLU": {"negative_slope": 0.1}}.get(name, {})
    z = Tensor([-3.0, -0.5, 0.0, 0.2, 2.5])
    out, grad = ACTIVATIONS[name]
    a = getattr(nn, name)(**settings)(z)
    (a * np.arange(1, 6)).sum().backward()
    np.testing.assert_allclose(a.numpy(), out, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(z.grad, grad, rtol=1e-10, atol=1e-14)

"""The estimators are scikit-learn's in every way that its own checks know, and in their numbers."""

import pickle
import warnings

import numpy as np
import pytest
from sklearn import linear_model
from sklearn.base import clone
from sklearn.datasets import load_breast_cancer, load_digits, load_iris, make_regression
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import check_estimator
from threadpoolctl import threadpool_limits

from nn.estimators import LogisticRegression, MLPClassifier, MLPRegressor


@pytest.fixture(autouse=True)
def one_thread():
    """More than one for matrices this small only wait for each other."""
    with threadpool_limits(1):
        yield


ALL = [LogisticRegression, MLPClassifier, MLPRegressor]


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize(
    "estimator",
    [
        LogisticRegression(),
        LogisticRegression(solver="newton"),
        MLPClassifier(),
        MLPClassifier(solver="lbfgs"),
        MLPRegressor(),
        MLPRegressor(solver="lbfgs"),
    ],
    ids=repr,
)
def test_scikit_learns_own_checks_pass_without_exception(estimator) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        results = check_estimator(estimator, on_fail="raise", on_skip=None)
    assert {each["status"] for each in results} <= {"passed", "skipped"}
    skipped = {each["check_name"] for each in results if each["status"] == "skipped"}
    assert skipped <= {"check_array_api_input"}  # asked for by an environment variable only
    assert len(results) > 50


# ------------------------------------------------------- logistic regression's coefficients


def cases():
    cancer, digits = load_breast_cancer(return_X_y=True), load_digits(return_X_y=True)
    yield "two classes", *cancer
    yield "three classes", *load_iris(return_X_y=True)
    yield "ten classes", digits[0][:400, 18:46], digits[1][:400]


@pytest.mark.parametrize("solver", ["lbfgs", "newton"])
@pytest.mark.parametrize("C", [0.05, 1.0])
@pytest.mark.parametrize("case", list(cases()), ids=lambda case: case[0])
def test_coefficients_are_scikit_learns(case, C, solver) -> None:
    _, X, y = case
    X = StandardScaler().fit_transform(X)
    weight = np.random.default_rng(0).integers(0, 3, size=len(y))
    mine = LogisticRegression(C=C, solver=solver).fit(X, y, weight)
    theirs = linear_model.LogisticRegression(C=C, tol=1e-12, solver="newton-cholesky")
    theirs.fit(X, y, weight)
    np.testing.assert_allclose(mine.coef_, theirs.coef_, rtol=0, atol=1e-6)
    np.testing.assert_allclose(mine.intercept_, theirs.intercept_, rtol=0, atol=1e-6)
    np.testing.assert_allclose(mine.predict_proba(X), theirs.predict_proba(X), atol=1e-6)
    np.testing.assert_allclose(mine.decision_function(X), theirs.decision_function(X), atol=1e-5)
    np.testing.assert_array_equal(mine.predict(X), theirs.predict(X))


@pytest.mark.parametrize("class_weight", ["balanced", {"no": 1, "yes": 5}])
@pytest.mark.parametrize("fit_intercept", [True, False])
def test_settings_mean_what_they_mean_there(class_weight, fit_intercept, rng) -> None:
    X = rng.normal(size=(80, 3))
    y = np.where(X[:, 0] + rng.normal(size=80) > 0.8, "yes", "no")
    settings = {"class_weight": class_weight, "fit_intercept": fit_intercept, "C": 0.3}
    mine = LogisticRegression(**settings).fit(X, y)
    theirs = linear_model.LogisticRegression(tol=1e-11, max_iter=1000, **settings).fit(X, y)
    np.testing.assert_allclose(mine.coef_, theirs.coef_, atol=1e-6)
    np.testing.assert_allclose(mine.intercept_, theirs.intercept_, atol=1e-6)
    assert mine.classes_.tolist() == ["no", "yes"]
    assert set(mine.predict(X)) <= {"no", "yes"}


def test_a_minimum_that_was_not_reached_is_said() -> None:
    X, y = load_iris(return_X_y=True)
    with pytest.warns(ConvergenceWarning, match="LogisticRegression has not converged after 2"):
        LogisticRegression(max_iter=2).fit(X, y)
    with pytest.warns(ConvergenceWarning, match=r"MLPClassifier.*after 3 iterations"):
        MLPClassifier(max_iter=3, random_state=0).fit(X, y)


# -------------------------------------------------------------------------------- networks


@pytest.mark.parametrize("settings", [{}, {"solver": "sgd"}, {"early_stopping": True}])
def test_a_network_learns_classes(settings) -> None:
    X, y = load_iris(return_X_y=True)
    labels = np.array(["setosa", "versicolor", "virginica"])[y]
    model = MLPClassifier(
        (20,), random_state=0, learning_rate_init=0.02, max_iter=1000, tol=1e-3, **settings
    )
    X = StandardScaler().fit_transform(X)
    assert model.fit(X, labels).score(X, labels) > 0.93
    assert [each.shape for each in model.coefs_] == [(4, 20), (20, 3)]
    assert [each.shape for each in model.intercepts_] == [(20,), (3,)]
    assert len(model.loss_curve_) == model.n_iter_
    np.testing.assert_allclose(model.predict_proba(X).sum(axis=1), 1, rtol=1e-12)
    np.testing.assert_allclose(np.exp(model.predict_log_proba(X)), model.predict_proba(X))
    again = clone(model).fit(X, labels)
    np.testing.assert_array_equal(again.coefs_[0], model.coefs_[0])
    other = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(other.predict_proba(X), model.predict_proba(X))


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_a_network_learns_numbers(solver) -> None:
    X, Y = make_regression(120, 4, n_targets=2, random_state=0)
    Y = (Y - Y.mean(axis=0)) / Y.std(axis=0)
    settings = {"solver": solver, "random_state": 0, "learning_rate_init": 0.02, "tol": 1e-5}
    model = MLPRegressor((20,), max_iter=2000, activation="tanh", **settings)
    assert model.fit(X, Y).score(X, Y) > 0.98
    assert model.predict(X).shape == (120, 2)
    assert model.fit(X, Y[:, 0]).predict(X).shape == (120,)


def test_the_gradient_of_a_network_is_scikit_learns_objective() -> None:
    from sklearn.neural_network import MLPClassifier as Theirs

    X, y = load_iris(return_X_y=True)
    X = StandardScaler().fit_transform(X)
    settings = {"solver": "lbfgs", "alpha": 1.0, "hidden_layer_sizes": (), "random_state": 0}
    mine = MLPClassifier(tol=1e-9, max_iter=5000, **settings).fit(X, y)
    theirs = Theirs(tol=1e-10, max_iter=5000, max_fun=50_000, **settings).fit(X, y)
    assert mine.loss_ == pytest.approx(theirs.loss_, rel=1e-6)
    np.testing.assert_allclose(mine.predict_proba(X), theirs.predict_proba(X), atol=1e-3)


# --------------------------------------------------------------------- among scikit-learn's own


def test_in_a_pipeline_a_search_and_cross_validation() -> None:
    X, y = load_breast_cancer(return_X_y=True)
    pipeline = make_pipeline(StandardScaler(), LogisticRegression())
    assert cross_val_score(pipeline, X, y, cv=3).min() > 0.96
    grid = {"logisticregression__C": [1e-4, 0.1]}
    search = GridSearchCV(pipeline, grid, cv=3).fit(X, y)
    assert search.best_params_ == {"logisticregression__C": 0.1}
    settings = {"max_iter": 400, "learning_rate_init": 0.01, "random_state": 0}
    network = make_pipeline(StandardScaler(), MLPClassifier((8,), **settings))
    search = GridSearchCV(network, {"mlpclassifier__alpha": [1e-3, 1.0]}, cv=2).fit(X, y)
    assert search.best_score_ > 0.95


def test_pandas_frames_come_in_by_their_names() -> None:
    pd = pytest.importorskip("pandas")
    X, y = load_iris(return_X_y=True, as_frame=True)
    names = y.map({0: "setosa", 1: "versicolor", 2: "virginica"}).astype(str)
    for estimator in (LogisticRegression(), MLPClassifier(max_iter=2000, tol=1e-3)):
        model = estimator.fit(X, names)
        assert model.feature_names_in_.tolist() == list(X.columns)
        assert model.score(X, names) > 0.8
        with pytest.raises(ValueError, match="feature names"):
            model.predict(X[X.columns[::-1]])
    assert isinstance(model.predict(X), np.ndarray)
    assert pd.Series(model.predict(X)).isin(names).all()


@pytest.mark.parametrize("kind", ALL)
def test_wrong_settings_are_named(kind, rng) -> None:
    X, y = rng.normal(size=(6, 2)), [0, 1, 0, 1, 0, 1]
    wrong = {"C": -1} if kind is LogisticRegression else {"activation": "sine"}
    with pytest.raises(ValueError, match="C=-1: give" if "C" in wrong else "activation='sine'"):
        kind(**wrong).fit(X, y)
    with pytest.raises(ValueError, match=r"(?i)sample.weight.*(0|non-zero)"):
        kind().fit(X, y, np.zeros(6))
    if kind is not MLPRegressor:
        with pytest.raises(ValueError, match="2 classes or more, and got one class"):
            kind().fit(X, np.ones(6))


def test_ctrl_c_goes_through(rng, monkeypatch) -> None:
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("nn.optim.Adam.change", interrupt)
    with pytest.raises(KeyboardInterrupt):
        MLPClassifier().fit(rng.normal(size=(6, 2)), [0, 1] * 3)


@pytest.mark.parametrize("kind", [LogisticRegression, MLPClassifier, MLPRegressor])
def test_a_misspelt_parameter_is_one_of_the_public_class(kind) -> None:
    with pytest.raises(TypeError, match=rf"{kind.__name__}\.__init__\(\) got an unexpected"):
        kind(max_iters=3)

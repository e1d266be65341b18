"""The models as scikit-learn's estimators, with its parameters where they mean the same.

Needs the extra `sklearn`, and is imported on its own: `from nn.estimators import MLPClassifier`.
A sample of weight 2 counts as two and one of weight 0 not at all, exactly so where a batch holds
all samples.
"""

try:
    import sklearn  # noqa: F401
except ImportError as error:
    raise ModuleNotFoundError(
        "nn.estimators needs scikit-learn: pip install 'chainrule[sklearn]'"
    ) from error

from nn.estimators.linear import LogisticRegression
from nn.estimators.networks import MLPClassifier, MLPRegressor

__all__ = ["LogisticRegression", "MLPClassifier", "MLPRegressor"]

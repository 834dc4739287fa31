"""Regressions without networks, learnt from the same stream, to compare networks with."""

from collections.abc import Sequence

import numpy as np

from app.learn.config import DataRecipe
from app.learn.features import features
from app.learn.predictors import ConstantColour, Fitted, PictureMean, Predictor
from app.learn.scenes import Scene
from app.learn.stream import Batching, Stream

NEIGHBOURS, DIMENSIONS = 10, 24
SPECTRA, SPECTRA_OF_VECTORS = 20_000, 4_000
_SEED = 5_000_000
_LASSO, _RIDGE = 1e-3, 10.0


def anchors(
    scenes: Sequence[Scene], recipe: DataRecipe, spectra: int = SPECTRA
) -> tuple[Predictor, ...]:
    """A constant colour, the picture's mean, nearest neighbours, ridge, Lasso, support vectors.

    Parameters
    ----------
    scenes
        What is learnt from.
    recipe
        How they are counted.
    spectra
        How many are learnt from; the support vectors learn from a fifth of these.

    Notes
    -----
    Those of Gerodimos et al. (EXRS 2022): ten nearest neighbours by Euclidean distance, Lasso
    and support vectors; distances and support vectors after 24 principal components.
    """
    from sklearn.decomposition import PCA
    from sklearn.linear_model import Lasso, Ridge
    from sklearn.multioutput import MultiOutputRegressor
    from sklearn.neighbors import KNeighborsRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.svm import SVR
    from threadpoolctl import threadpool_limits

    each = max(spectra // len(scenes), 1)
    batching = Batching("pixel", max(spectra // each, 1), each)
    batch = Stream(scenes, batching, recipe.measuring(), _SEED).batch(0)
    x, rgb = features(batch.counts), batch.rgb
    dimensions = min(DIMENSIONS, len(x))

    def reduced() -> PCA:
        return PCA(dimensions, svd_solver="covariance_eigh")

    neighbours = KNeighborsRegressor(min(NEIGHBOURS, len(x)), weights="distance", n_jobs=1)
    vectors = MultiOutputRegressor(SVR(C=1.0, epsilon=0.05))
    few = max(len(x) * SPECTRA_OF_VECTORS // SPECTRA, 2)
    rows = np.random.default_rng(_SEED).permutation(len(x))[:few]
    with threadpool_limits(1):
        return (
            ConstantColour(rgb.mean(axis=0).tolist()),
            PictureMean(),
            Fitted(
                "knn",
                "10 nearest neighbours",
                make_pipeline(reduced(), neighbours).fit(x, rgb),
                is_slow=True,
            ),
            Fitted("ridge", "Ridge", Ridge(_RIDGE).fit(x, rgb)),
            Fitted("lasso", "Lasso", Lasso(_LASSO, max_iter=2000, tol=1e-3).fit(x, rgb)),
            Fitted(
                "svr",
                "Support vectors",
                make_pipeline(reduced(), vectors).fit(x[rows], rgb[rows]),
                is_slow=True,
            ),
        )

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the extra train")

from app.learn.networks.opt_inception import OptInception  # noqa: E402


def published_weights(path):
    """Give the weights of the published file in the order in which they are used."""
    import onnx

    numbers = onnx.load(path).graph.initializer
    arrays = [onnx.numpy_helper.to_array(item) for item in numbers if "/" in item.name]
    return [torch.from_numpy(a.T.copy() if a.ndim == 2 else a.copy()) for a in arrays]


def with_weights(network, weights):
    names = [name for name in network.state_dict() if not name.endswith("num_batches_tracked")]
    network.load_state_dict(dict(zip(names, weights, strict=True)), strict=False)
    return network.eval()


@pytest.mark.validation
@pytest.mark.parametrize("is_standardised", [False, True])
def test_the_published_weights_give_the_published_colours(shared_data, is_standardised):
    """Against outputs of the original runtime for 200 spectra."""
    path = shared_data("aires_ch/aires_1d_opt_inception_resnet.onnx")
    weights = published_weights(path)
    network = OptInception(500, is_standardised=is_standardised)
    assert sum(weight.numel() for weight in weights) == 656_913
    with np.load(shared_data("aires_ch/reference_outputs.npz")) as held:
        asked = held["standardised" if is_standardised else "counts"].astype(np.float32)
        expected = held["rgb"]
    with torch.no_grad():
        found = with_weights(network, weights)(torch.from_numpy(asked))["rgb"].numpy()
    assert np.abs(found - expected).max() < 1e-5

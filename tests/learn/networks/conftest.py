import pytest


@pytest.fixture(autouse=True)
def one_thread():
    """Threads that wait for each other take longer than the small networks of tests."""
    torch = pytest.importorskip("torch", reason="needs the extra train")
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)

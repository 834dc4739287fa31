"""A network kept running between requests, so that each is not paid for with its start."""

import threading
from collections.abc import Callable
from pathlib import Path

from app.core.recolouring.card import ModelCard
from app.engine.network import Limits, Network
from app.errors import Cancelled

_LOOK_EVERY_S = 0.02

MakeNetwork = Callable[..., Network]


def _nothing() -> None:
    """Nobody cancels."""


class NetworkKeeper:
    """Holds one network's process for as long as the same network is asked for.

    Asking for another one ends it, as memory is the limit. It may be asked by several threads.

    Parameters
    ----------
    limits
        What a network may use.
    make
        Starts a network; as the class `Network`.
    """

    def __init__(self, limits: Limits | None = None, make: MakeNetwork = Network) -> None:
        self._limits = limits
        self._make = make
        self._lock = threading.Lock()
        self._network: Network | None = None
        self._wanted: tuple[Path, str, str] | None = None
        self._is_closed = False

    @property
    def is_open(self) -> bool:
        """Whether a network's process is kept."""
        return self._network is not None

    def network(
        self,
        path: Path,
        card: ModelCard,
        provider: str = "auto",
        *,
        check: Callable[[], None] = _nothing,
    ) -> Network:
        """The network of a file, started where it does not run yet.

        Parameters
        ----------
        check
            Asked while waiting; may raise to stop.

        Raises
        ------
        AppError
            As `Network`.
        Cancelled
            If the keeper is closed.
        """
        # a file of the same name may have been put in its place
        state = path.stat() if path.exists() else None
        version = "" if state is None else f"{state.st_size} {state.st_mtime_ns}"
        wanted = (path.absolute(), provider, version)
        while not self._lock.acquire(timeout=_LOOK_EVERY_S):
            check()
        try:
            if self._is_closed:
                raise Cancelled
            network = self._network
            if network is not None and self._wanted == wanted and network.card == card:
                return network
            self._let_go()
            self._network = self._make(path, card, provider, self._limits, check=check)
            self._wanted = wanted
            if self._is_closed:
                self._let_go()
                raise Cancelled
            return self._network
        finally:
            self._lock.release()

    def close(self) -> None:
        """End the network's process; what runs in it ends as cancelled. Nothing is kept after."""
        self._is_closed = True
        # one that is being started is ended by who starts it
        network = self._network
        if network is not None:
            network.close()
            self._network = None

    def _let_go(self) -> None:
        network, self._network = self._network, None
        self._wanted = None
        if network is not None:
            network.close()

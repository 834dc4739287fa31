"""Two pictures of the same pixels that show the same part of them."""

from functools import partial

from PySide6.QtCore import QObject

from app.gui.views.map_canvas import MapCanvas


class CanvasLink(QObject):
    """Lets two canvases follow each other in zoom and place.

    Where one is fitted the other is fitted too, whatever their sizes; otherwise it shows at least
    the same part. Pictures of different shapes are left alone.

    Parameters
    ----------
    first, second
        The two; the second takes the first one's place at once.
    """

    def __init__(self, first: MapCanvas, second: MapCanvas, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._canvases = first, second
        self._is_following = False
        for leader, follower in ((first, second), (second, first)):
            # the second of the two tells that the user has moved it, after the change itself
            for signal in (leader.box.sigRangeChanged, leader.box.sigRangeChangedManually):
                signal.connect(partial(self._follow, leader, follower))
        self.align()

    def align(self) -> None:
        """Let the second show what the first shows."""
        self._follow(*self._canvases)

    def _follow(self, leader: MapCanvas, follower: MapCanvas, *_changed: object) -> None:
        if self._is_following or leader.shape != follower.shape or leader.shape == (0, 0):
            return
        self._is_following = True
        try:
            follower.show_as(leader)
        finally:
            self._is_following = False

"""Teaching a network: batches, steps, looks at validation scenes, checkpoints, an early end.

A training that was killed goes on from its last checkpoint and ends with the very network that it
would have ended with (on one processor with one number of threads, as far as steps and not
minutes limit it).
"""

import logging
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn

from app.core.progress import Progress, no_progress
from app.errors import AppError
from app.learn.average import Average
from app.learn.checkpoint import Best, Checkpoint, State, load, save, write_weights
from app.learn.config import Config, TrainingPlan
from app.learn.curves import Row, write_curves, write_log
from app.learn.losses import loss, tensors
from app.learn.stream import Batch, Stream
from app.learn.validation import Validation, judged_by

CHECKPOINT, WEIGHTS = "checkpoint.pt", "best.pt"
LOG, CURVES = "log.csv", "curves.png"

_LOG = logging.getLogger(__name__)
_LAST_RATE = 0.01
_LONGEST_GRADIENT = 5.0
_AHEAD = 3


class DivergedError(AppError):
    """A training whose loss is no number any more."""


@dataclass(frozen=True, slots=True)
class Trained:
    """A training that has ended.

    Parameters
    ----------
    network
        The best one of the course, as it is to be used.
    history
        A row for each look at the validation scenes.
    best_step, steps
        After which step it was best, and how many there were.
    seconds
        Of processor time (on another device: of time).
    why
        Why it ended.
    """

    network: nn.Module
    history: tuple[Row, ...]
    best_step: int
    steps: int
    seconds: float
    why: str


class Training:
    """One training in a folder.

    Parameters
    ----------
    config
        What is asked for.
    network
        With its first weights; its own weights are changed.
    stream, validation
        What it learns from and is judged by.
    folder
        Of checkpoints and curves; one that is there already is gone on with.

    Raises
    ------
    ReadError
        If the folder's checkpoint is broken.
    """

    def __init__(
        self,
        config: Config,
        network: nn.Module,
        stream: Stream,
        validation: Validation,
        folder: Path,
        device: torch.device | None = None,
    ) -> None:
        self._config, self._plan = config, config.training
        self._stream, self._validation = stream, validation
        self._folder = folder
        self._device = device or torch.device("cpu")
        self._network = network.to(self._device)
        self._average = Average(self._network, self._plan.average)
        self._optimiser = torch.optim.AdamW(
            [weight for weight in network.parameters() if weight.requires_grad],
            lr=self._plan.learning_rate,
            weight_decay=self._plan.weight_decay,
        )
        self._step, self._spent = 0, 0.0
        self._best, self._history = Best(), list[Row]()
        # sum and number of the losses since the last look
        self._recent = torch.zeros(2, dtype=torch.float64, device=self._device)
        self._is_lost = False
        # rows in the log and the curves
        self._drawn = -1
        self._go_on()
        self._began = self._clock()
        self._saved = time.monotonic()

    def run(
        self,
        progress: Progress = no_progress,
        looked: Callable[[int, float], None] = lambda _step, _score: None,
    ) -> Trained:
        """Learn until the end.

        Parameters
        ----------
        progress
            Told after every step; may raise to stop, which keeps what is learnt so far.
        looked
            Told step and score (small is good) after every look at the validation scenes;
            likewise.
        """
        why = self._end()
        batches = self._stream.batches(self._step, _AHEAD)
        try:
            while not why:
                self._learn(next(batches))
                if self._step % self._plan.validate_every == 0:
                    looked(self._step, self._look())
                if time.monotonic() - self._saved > self._plan.save_every_s:
                    self._save()
                why = self._end()
                progress(self._share(), self._told())
            if self._recent[1]:
                looked(self._step, self._look())
        finally:
            batches.close()
            self._save()
        return self._ended(why)

    def _learn(self, batch: Batch) -> None:
        """One step."""
        plan = self._plan
        # dropout then follows from the step alone
        torch.manual_seed(plan.seed * 1_000_003 + self._step)
        self._network.train()
        for group in self._optimiser.param_groups:
            group["lr"] = self._rate()
        counts, rgb, elements = tensors(batch, self._device)
        found = loss(self._network(counts), counts, rgb, elements, plan)
        self._optimiser.zero_grad(set_to_none=True)
        found.backward()
        nn.utils.clip_grad_norm_(self._network.parameters(), _LONGEST_GRADIENT)
        self._optimiser.step()
        self._step += 1
        self._average.add(self._network, self._step)
        self._recent[0] += found.detach()
        self._recent[1] += 1

    def _look(self) -> float:
        """Judge the averaged network and keep it where it is the best; its score."""
        training_loss = float(self._recent[0] / self._recent[1])
        self._recent.zero_()
        if not math.isfinite(training_loss):
            self._is_lost = True
            raise DivergedError(
                "The training has gone astray.",
                f"The loss after step {self._step} is {training_loss}.",
                "Take a smaller learning rate; the last checkpoint is from before.",
            )
        scores = self._validation.scores(self._average.network, self._device)
        row = {
            "step": float(self._step),
            "seconds": self._seconds(),
            "learning_rate": self._rate(),
            "training_loss": training_loss,
            **scores,
        }
        self._history.append(row)
        score = judged_by(scores)
        if score < self._best.score:
            weights = {
                key: value.detach().cpu().clone() for key, value in self._average.state().items()
            }
            self._best = Best(score, self._step, weights)
        _LOG.info("%s", self._told())
        return score

    def _rate(self) -> float:
        """The learning rate of the next step."""
        plan = self._plan
        rate = plan.learning_rate * min((self._step + 1) / max(plan.warm_up, 1), 1.0)
        if plan.schedule == "cosine":
            falling = 0.5 * (1 + math.cos(math.pi * min(self._share(), 1.0)))
            rate *= _LAST_RATE + (1 - _LAST_RATE) * falling
        return rate

    def _share(self) -> float:
        """How much of the training is done."""
        done = self._step / self._plan.steps
        if self._plan.minutes:
            done = max(done, self._seconds() / (60 * self._plan.minutes))
        return min(done, 1.0)

    def _end(self) -> str:
        """Why it ends now; empty where it goes on."""
        plan = self._plan
        if self._step >= plan.steps:
            return f"{plan.steps} steps are done"
        if plan.minutes and self._seconds() >= 60 * plan.minutes:
            return f"{plan.minutes:g} processor minutes are spent"
        looks = [row for row in self._history if row["step"] > self._best.step]
        if plan.patience and len(looks) >= plan.patience:
            return f"no gain in {plan.patience} looks at the validation scenes"
        return ""

    def _clock(self) -> float:
        """Seconds of this process' processors, or of time where another device works."""
        return time.process_time() if self._device.type == "cpu" else time.monotonic()

    def _seconds(self) -> float:
        return self._spent + self._clock() - self._began

    def _told(self) -> str:
        told = f"Step {self._step}"
        if self._history:
            last = self._history[-1]
            shown = "psnr_db" if "psnr_db" in last else "loss"
            told += f", validation {shown} {last[shown]:.4g}, best after {self._best.step}"
        return told

    def _save(self) -> None:
        total, number = self._recent.tolist()
        if self._is_lost or not math.isfinite(total):
            return
        save(
            Checkpoint(
                self._config.to_plain(),
                self._step,
                self._seconds(),
                self._network.state_dict(),
                self._average.state(),
                self._optimiser.state_dict(),
                self._best,
                self._history,
                (total, number),
            ),
            self._folder / CHECKPOINT,
        )
        if len(self._history) != self._drawn:
            write_log(self._history, self._folder / LOG)
            write_curves(self._history, self._folder / CURVES)
            self._drawn = len(self._history)
        self._saved = time.monotonic()

    def _go_on(self) -> None:
        """Take up the folder's checkpoint where there is one."""
        state = load(self._folder / CHECKPOINT)
        if state is None:
            return
        self._network.load_state_dict(state.network)
        self._average.network.load_state_dict(state.average)
        self._optimiser.load_state_dict(state.optimiser)
        self._step, self._spent = state.step, state.seconds
        self._best, self._history = state.best, state.history
        self._recent = torch.tensor(state.recent, dtype=torch.float64, device=self._device)

    def _ended(self, why: str) -> Trained:
        network = self._average.network.cpu()
        weights: State = self._best.weights or network.state_dict()
        network.load_state_dict(weights)
        write_weights(weights, self._folder / WEIGHTS)
        best_step = self._best.step
        return Trained(network, tuple(self._history), best_step, self._step, self._seconds(), why)


def chosen_device(plan: TrainingPlan) -> torch.device:
    """The device that a plan asks for; "auto" takes a graphics processor where there is one."""
    if plan.device == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    return torch.device(plan.device)

"""What a place could be, as text to paste into a report."""

from collections.abc import Iterable

from app.core.candidates import Candidate, CandidateReport
from app.core.evidence import LineEvidence


def twins(candidates: Iterable[Candidate]) -> tuple[tuple[Candidate, ...], ...]:
    """Candidates that XRF cannot tell apart put together, the best of each group first.

    Groups stand in the order of their best candidate; each candidate is in one group.
    """
    left = list(candidates)
    groups = []
    while left:
        first = left[0]
        others = [
            item
            for item in left[1:]
            if item.pigment.name in first.same_as and first.pigment.name in item.same_as
        ]
        groups.append((first, *others))
        taken = {id(item) for item in others}
        left = [item for item in left[1:] if id(item) not in taken]
    return tuple(groups)


def report_text(report: CandidateReport, subject: str) -> str:
    """The whole answer in lines of plain text, nothing left out that the panel shows.

    Parameters
    ----------
    report
        The answer.
    subject
        What was asked about: "hands: rows 3–5, columns 2–8 (21 pixels)".
    """
    lines = [subject, "", "Candidates, the best first (score 0 to 1, no verdict):"]
    for candidate in report.candidates:
        lines += _candidate_lines(candidate)
    if not report.candidates:
        lines.append("- none")
    if report.not_excluded:
        names = ", ".join(pigment.name for pigment in report.not_excluded)
        lines += ["", f"Not excluded, as no line of theirs could be told here: {names}"]
    if report.undecided:
        lines += ["", "Left open:", *(f"- {sentence}" for sentence in report.undecided)]
    return "\n".join(lines) + "\n"


def _candidate_lines(candidate: Candidate) -> list[str]:
    lines = [f"- {candidate.pigment.name} ({candidate.score:.2f})"]
    for words, evidence in (("for it", candidate.supporting), ("missing", candidate.missing)):
        if evidence:
            lines.append(f"  {words}: {_labels(evidence)}")
    if candidate.same_as:
        lines.append(f"  same to XRF: {', '.join(candidate.same_as)}")
    if candidate.remark:
        lines.append(f"  {candidate.remark}")
    return lines


def _labels(evidence: Iterable[LineEvidence]) -> str:
    return ", ".join(item.line.label for item in evidence)

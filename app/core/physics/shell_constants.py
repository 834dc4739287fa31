"""Fluorescence yields and Coster-Kronig probabilities of the L and M shells.

Theory, not measurement: relativistic calculations that PyMca uses as well, so that intensities
can be compared. Measured yields of the L subshells differ from them by 5 to 20 %.

Sources
-------
L: M. H. Chen, B. Crasemann, H. Mark, Phys. Rev. A 24 (1981) 177, doi:10.1103/PhysRevA.24.177,
argon to uranium, interpolated between the elements calculated there; the L2 yields below
manganese are left to the evaluated library named next.

M: M. H. Chen, B. Crasemann, H. Mark, Phys. Rev. A 21 (1980) 449 and 27 (1983) 2989, holmium to
uranium, with the Coster-Kronig probabilities of M1 below bismuth after D. E. Cullen et al., EADL,
UCRL-50400 vol. 30 (1991), because those of the paper exceed one together with the yields.

Companions (the shell of the electron thrown out when a vacancy moves from L1 or L2 to L3): EADL.

Both tables are read through those of PyMca's physics library fisx 1.3.2 (V. A. Solé, ESRF).
What is not in them (lighter elements, M shells below holmium) comes from xraylib: T. Schoonjans
et al., Spectrochim. Acta B 66 (2011) 776, doi:10.1016/j.sab.2011.09.011.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from app.core.elements import ELEMENTS

SHELLS = ("K", "L1", "L2", "L3", "M1", "M2", "M3", "M4", "M5")
"""The shells whose vacancies give lines, in the order of all arrays over shells."""

# element, L1: yield f12 f13, L2: yield f23, L3: yield; 0 where the source has none
_L = """
Ar .0001078 .327 .628 0 0 .000182
K .00015205 .327 .6255 0 0 .000233
Ca .0001963 .327 .623 0 0 .000285
Sc .00022644 .3152 .636 .000608 0 .00114
Ti .00025658 .3034 .649 .00115 0 .002
V .00028672 .2916 .662 .00186 0 .00286
Cr .00031686 .2798 .675 .00291 0 .00371
Mn .000347 .268 .688 .0039 0 .00457
Fe .000398 .2712 .6836 .0054 0 .0062
Co .000449 .2744 .6792 .0068 0 .0074
Ni .0005 .2776 .6748 .0082 0 .0086
Cu .000551 .2808 .6704 .0096 0 .0098
Zn .000602 .284 .666 .011 0 .011
Ga .0008276 .2652 .6778 .012667 0 .012833
Ge .0010532 .2464 .6896 .014333 0 .014667
As .0012788 .2276 .7014 .016 0 .0165
Se .0015044 .2088 .7132 .017667 0 .018333
Br .00173 .19 .725 .019333 0 .020167
Kr .00221 .198 .704 .021 .095 .022
Rb .0030325 .1705 .71475 .0235 .10275 .0245
Sr .003855 .143 .7255 .026 .1105 .027
Y .0046775 .1155 .73625 .0285 .11825 .0295
Zr .0055 .088 .747 .031 .126 .032
Nb .006232 .0828 .7494 .0344 .1312 .0356
Mo .006964 .0776 .7518 .0378 .1364 .0392
Tc .007696 .0724 .7542 .0412 .1416 .0428
Ru .008428 .0672 .7566 .0446 .1468 .0464
Rh .00916 .062 .759 .048 .152 .05
Pd .01028 .065 .7495 .052 .1535 .054
Ag .0114 .068 .74 .056 .155 .058
Cd .019767 .108 .60067 .060667 .15867 .062667
In .028133 .148 .46133 .065333 .16233 .067333
Sn .0365 .188 .322 .07 .166 .072
Sb .0391 .19 .324 .0755 .1685 .0775
Te .0417 .192 .326 .081 .171 .083
I .0446 .194 .327 .087 .1725 .0885
Xe .0475 .196 .328 .093 .174 .094
Cs .05065 .198 .3285 .099 .1755 .1005
Ba .0538 .2 .329 .105 .177 .107
La .0573 .20225 .3295 .1135 .17525 .11425
Ce .0608 .2045 .33 .122 .1735 .1215
Pr .0643 .20675 .3305 .1305 .17175 .12875
Nd .0678 .209 .331 .139 .17 .136
Pm .071633 .21067 .33167 .14833 .16733 .144
Sm .075467 .21233 .33233 .15767 .16467 .152
Eu .0793 .214 .333 .167 .162 .16
Gd .083575 .215 .33375 .17775 .1595 .169
Tb .08785 .216 .3345 .1885 .157 .178
Dy .092125 .217 .33525 .19925 .1545 .187
Ho .0964 .218 .336 .21 .152 .196
Er .10293 .184 .34133 .222 .149 .20533
Tm .10947 .15 .34667 .234 .146 .21467
Yb .116 .116 .352 .246 .143 .224
Lu .12125 .13325 .3515 .257 .142 .234
Hf .1265 .1505 .351 .268 .141 .244
Ta .13175 .16775 .3505 .279 .14 .254
W .137 .185 .35 .29 .139 .264
Re .12783 .16567 .40917 .303 .137 .27333
Os .11867 .14633 .46833 .316 .135 .28267
Ir .1095 .127 .5275 .329 .133 .292
Pt .10033 .10767 .58667 .342 .131 .30133
Au .091167 .088333 .64583 .355 .129 .31067
Hg .082 .069 .705 .368 .127 .32
Tl .0876 .0643 .70333 .381 .12487 .33133
Pb .0932 .0596 .70167 .394 .12273 .34267
Bi .0988 .0549 .7 .407 .1206 .354
Po .10469 .055271 .69371 .42 .11848 .36384
At .11057 .055643 .68743 .433 .11636 .37368
Rn .11646 .056014 .68114 .446 .11424 .38352
Fr .12234 .056386 .67486 .459 .11212 .39336
Ra .12823 .056757 .66857 .472 .11 .4032
Ac .13411 .057129 .66229 .485 .108 .4131
Th .14 .0575 .656 .498 .106 .423
Pa .145 .05425 .656 .494 .138 .433
U .15 .051 .656 .505 .138 .443
"""

# element, M1: yield f12 f13 f14 f15, M2: yield f23 f24 f25, M3: yield f34 f35, M4: yield f45, M5
_M = """
Ho .00099 .2569 .4768 .06668 .0938 .00172 .099 .691 .136 .00168 .144 .755 0 0 0
Er .001053 .2535 .4824 .06649 .09348 .001817 .1027 .705 .1333 .001837 .1457 .7487 0 0 0
Tm .001117 .2489 .4889 .0665 .09333 .001913 .1063 .719 .1307 .001993 .1473 .7423 0 0 0
Yb .00118 .2457 .4947 .06626 .09293 .00201 .11 .733 .128 .00215 .149 .736 .0094 .42 .015
Lu .001293 .2249 .5127 .0684 .09562 .002138 .1087 .7265 .1247 .002348 .1333 .748 .01205 .3247 .016
Hf .001405 .1934 .538 .07157 .09998 .002265 .1075 .72 .1215 .002545 .1175 .76 .0147 .2295 .017
Ta .001517 .15 .5729 .07609 .1062 .002393 .1062 .7135 .1182 .002743 .1017 .772 .01735 .1343 .018
W .00163 .1283 .5905 .07842 .1094 .00252 .105 .707 .115 .00294 .086 .784 .02 .039 .019
Re .00176 .1286 .5913 .0787 .1096 .002685 .1055 .702 .1133 .003355 .08975 .7715 .02133 .04067 .02033
Os .001885 .1286 .5922 .07904 .1098 .00285 .106 .697 .1115 .00377 .0935 .759 .02267 .04233 .02167
Ir .002012 .1281 .5934 .07952 .1101 .003015 .1065 .692 .1098 .004185 .09725 .7465 .024 .044 .023
Pt .00214 .1273 .5938 .08007 .1106 .00318 .107 .687 .108 .0046 .101 .734 .02533 .04567 .02433
Au .002305 .1259 .595 .08062 .1112 .00343 .106 .6875 .1075 .004935 .1005 .7325 .02667 .04733 .02567
Hg .00247 .1246 .5956 .08133 .1118 .00368 .105 .688 .107 .00527 .1 .731 .028 .049 .027
Tl .002668 .1232 .596 .08198 .1126 .004012 .1052 .6852 .108 .005694 .0938 .7332 .02967 .05167 .02833
Pb .002866 .1208 .597 .08277 .1134 .004344 .1054 .6824 .109 .006118 .0876 .7354 .03133 .05433 .02967
Bi .003064 .118 .5938 .0898 .1232 .004676 .1056 .6796 .11 .006542 .0814 .7376 .033 .057 .031
Po .003262 .114 .5954 .0904 .1236 .005008 .1058 .6768 .111 .006966 .0752 .7398 .035 .058 .0324
At .00346 .11 .597 .091 .124 .00534 .106 .674 .112 .00739 .069 .742 .037 .059 .0338
Rn .003783 .107 .603 .09267 .1257 .005687 .1047 .6713 .1117 .008113 .07 .7337 .039 .06 .0352
Fr .004107 .104 .609 .09433 .1273 .006033 .1033 .6687 .1113 .008837 .071 .7253 .041 .061 .0366
Ra .00443 .101 .615 .096 .129 .00638 .102 .666 .111 .00956 .072 .717 .043 .062 .038
Ac .0047 .0895 .6125 .096 .129 .006845 .102 .6645 .1125 .01058 .075 .7015 .04475 .0685 .03975
Th .00497 .078 .61 .096 .129 .00731 .102 .663 .114 .0116 .078 .686 .0465 .075 .0415
Pa .00535 .079 .6075 .0965 .129 .007845 .102 .661 .1135 .0123 .0765 .6845 .04825 .0815 .04325
U .00573 .08 .605 .097 .129 .00838 .102 .659 .113 .013 .075 .683 .05 .088 .045
"""

# element, share of L1-L3 moves that leave a hole in M3, M4, M5; share of L2-L3 moves in M4, M5
_COMPANIONS = """
Tm 0 0 .3417 0 0
Yb 0 0 .5967 0 0
Lu 0 0 .6451 0 0
Hf 0 0 .6619 0 0
Ta 0 .1346 .5709 0 0
W 0 .2466 .5012 0 0
Re 0 .3061 .464 0 0
Os 0 .3243 .4496 0 0
Ir 0 .327 .445 0 0
Pt 0 .3325 .438 0 0
Au 0 .3347 .4338 0 0
Hg 0 .3339 .432 0 0
Tl 0 .3355 .427 0 0
Pb 0 .3345 .4251 0 0
Bi 0 .336 .4215 0 0
Po 0 .3346 .42 0 0
At 0 .3345 .4173 0 0
Rn 0 .3341 .4148 0 0
Fr 0 .3332 .4127 0 0
Ra .0574 .3134 .3873 0 .3286
Ac .0566 .3136 .3853 0 .3261
Th .0559 .3137 .3832 0 .3215
Pa .0556 .3138 .3814 .4923 .1613
U .0551 .3139 .3792 .4939 .1587
"""
_L_COLUMNS = ("L1 L1L2 L1L3", "L2 L2L3", "L3")
_M_COLUMNS = ("M1 M1M2 M1M3 M1M4 M1M5", "M2 M2M3 M2M4 M2M5", "M3 M3M4 M3M5", "M4 M4M5", "M5")
_COMPANION_COLUMNS = ("L1L3M3", "L1L3M4", "L1L3M5", "L2L3M4", "L2L3M5")


@dataclass(frozen=True, slots=True)
class ShellConstants:
    """What becomes of a vacancy in one shell.

    Parameters
    ----------
    fluorescence_yield
        Probability that it is filled with emission of a photon.
    moves
        Probability that it moves to a higher subshell of the same shell, by the subshell's name.
    """

    fluorescence_yield: float
    moves: dict[str, float]

    @property
    def auger_yield(self) -> float:
        """Probability that it is filled from another shell with emission of an electron."""
        return max(0.0, 1.0 - self.fluorescence_yield - sum(self.moves.values()))


@lru_cache(maxsize=128)
def shell_constants(symbol: str) -> dict[str, ShellConstants]:
    """Constants of all shells of an element that have any, by the shell's name.

    Shells that no source gives a yield for are absent.
    """
    tabled = _tabled()
    found = {}
    for shell in SHELLS:
        constants = tabled.get((symbol, shell)) or _from_library(symbol, shell)
        if constants.fluorescence_yield > 0:
            found[shell] = constants
    return found


@lru_cache(maxsize=128)
def companions(symbol: str) -> dict[tuple[str, str], dict[str, float]]:
    """Second vacancies of Coster-Kronig moves.

    Returns
    -------
    dict
        By the shells a vacancy moves from and to: share of the moves that leave a further
        vacancy in an M subshell, by its name. Empty below thulium, where these moves throw out
        N electrons only (from silver down again M electrons, whose lines are below 0.5 keV).
    """
    found: dict[tuple[str, str], dict[str, float]] = {}
    for row in _COMPANIONS.split("\n"):
        if row.startswith(f"{symbol} "):
            for key, share in zip(_COMPANION_COLUMNS, row.split()[1:], strict=True):
                if float(share) > 0:
                    found.setdefault((key[:2], key[2:4]), {})[key[4:]] = float(share)
    return found


@lru_cache(maxsize=1)
def _tabled() -> dict[tuple[str, str], ShellConstants]:
    found = {}
    for table, columns in ((_L, _L_COLUMNS), (_M, _M_COLUMNS)):
        for row in table.split("\n"):
            if row:
                symbol, *numbers = row.split()
                values = dict(zip(" ".join(columns).split(), map(float, numbers), strict=True))
                for names in columns:
                    shell, *moves = names.split()
                    if values[shell] > 0:
                        found[symbol, shell] = ShellConstants(
                            values[shell], {move[2:]: values[move] for move in moves}
                        )
    return found


def _from_library(symbol: str, shell: str) -> ShellConstants:
    import xraylib

    number = ELEMENTS.index(symbol) + 1
    moves = {}
    for higher in SHELLS:
        code = getattr(xraylib, f"F{shell}{higher[1:]}_TRANS", None)
        if shell != "K" and higher[0] == shell[0] and code is not None:
            moves[higher] = _asked(xraylib.CosKronTransProb, number, code)
    code = getattr(xraylib, f"{shell}_SHELL")
    return ShellConstants(_asked(xraylib.FluorYield, number, code), moves)


def _asked(question: Callable[[int, int], float], number: int, code: int) -> float:
    """The library's answer, 0 where it has none, which it says by an exception."""
    try:
        return float(question(number, code))
    except ValueError:
        return 0.0

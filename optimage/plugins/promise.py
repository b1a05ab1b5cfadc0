# SPDX-License-Identifier: LGPL-3.0-or-later
"""Whether what a phantom module returns keeps what its card promises."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from math import isfinite
from numbers import Real

from optimage.errors import PluginError
from optimage.messages import N_, Message
from optimage.model.phantom import PhantomInfo
from optimage.model.results import AnalysisResult, Curve, Failure, Measurement, Note
from optimage.model.shapes import Localisation, Overlay

ADVICE = N_("tell the author of the plugin")
PARTS = {"measurements": Measurement, "overlays": Overlay, "curves": Curve, "notes": Note, "failures": Failure}


def check_localisation(info: PhantomInfo, found: object) -> Localisation:
    """Return `found` if it is what `locate` has to return.

    Raises
    ------
    PluginError
        `contract_broken`.
    """
    if isinstance(found, Localisation):
        return found
    raise _wrong_type(info, "locate", found)


def keep_promise(info: PhantomInfo, found: object) -> AnalysisResult:
    """Return what `measure` returned, without what its card does not promise.

    Values of unpromised keys, in other units than promised, or that are no
    numbers are left out, each reason told by one failure. A promised summary
    that is missing or not finite is told by a failure where the module gave
    none itself; optional ones may be missing.

    Raises
    ------
    PluginError
        `contract_broken`; `found` is no result, or a part of it is none.
    """
    if not isinstance(found, AnalysisResult):
        raise _wrong_type(info, "measure", found)
    for name, kind in PARTS.items():
        for one in getattr(found, name):
            if not isinstance(one, kind):
                raise _wrong_type(info, f"measure: {name}", one)
    kept = tuple(_plain(one) for one in found.measurements if _is_promised(info, one))
    broken = (*_left_out(info, found.measurements), *(() if found.failures else _silent(info, kept)))
    return replace(found, measurements=kept, failures=(*found.failures, *broken))


def _is_promised(info: PhantomInfo, one: Measurement) -> bool:
    spec = info.measure(one.key)
    return spec is not None and one.unit == spec.unit and _is_number(one)


def _is_number(one: Measurement) -> bool:
    return isinstance(one.value, Real) and isinstance(one.uncertainty, Real)


def _plain(one: Measurement) -> Measurement:
    """Return `one` with numbers of Python: those of NumPy are no JSON."""
    return replace(one, value=float(one.value), uncertainty=float(one.uncertainty))


def _left_out(info: PhantomInfo, measurements: Iterable[Measurement]) -> Iterator[Failure]:
    for key, one in {one.key: one for one in measurements if not _is_promised(info, one)}.items():
        spec = info.measure(key)
        values = {"module": info.id, "key": str(key), "unit": str(one.unit)}
        if spec is None:
            yield _failure(
                "contract_broken",
                N_("the module {module} measured {key}, which its card does not promise; it is left out"),
                values,
            )
        elif one.unit != spec.unit:
            yield _failure(
                "contract_broken",
                N_("the module {module} measured {key} in {unit}, its card promises {promised}; it is left out"),
                values | {"promised": str(spec.unit)},
            )
        else:
            yield _failure(
                "contract_broken",
                N_("the module {module} gave for {key} what is no number ({value}); it is left out"),
                values | {"value": f"{one.value!r:.60}"},
            )


def _silent(info: PhantomInfo, kept: tuple[Measurement, ...]) -> Iterator[Failure]:
    """Yield the failure that names every promised summary without value and reason, if there is any."""
    summaries = {one.key: one.value for one in reversed(kept) if not one.item}
    missing = [spec.key for spec in info.measures if not spec.optional and spec.key not in summaries]
    missing += [key for key, value in summaries.items() if not isfinite(value)]
    if missing:
        yield _failure(
            "contract_broken",
            N_("the module {module} gave neither a value nor a reason for {keys}"),
            {"module": info.id, "keys": ", ".join(sorted(missing))},
        )


def _failure(code: str, sentence: str, values: dict[str, str]) -> Failure:
    return Failure("", code, Message(sentence, values), Message(ADVICE))


def _wrong_type(info: PhantomInfo, part: str, found: object) -> PluginError:
    return PluginError(
        "contract_broken",
        N_("the module {module} returned an object of type {kind} ({part})"),
        advice=ADVICE,
        module=info.id,
        kind=type(found).__name__,
        part=part,
    )

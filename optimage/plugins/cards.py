# SPDX-License-Identifier: LGPL-3.0-or-later
"""Whether the card of a phantom module keeps the contract."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from optimage.errors import OptimageError, PluginError
from optimage.messages import N_
from optimage.model.phantom import MeasurementSpec, ParameterSpec, PhantomInfo
from optimage.plugins.parameters import COMMON_PARAMETERS, check_parameters

ID = re.compile(r"[a-z0-9_]{1,64}")
KEY = re.compile(r"[a-z0-9][a-z0-9_.]{0,63}")  # dots as in lc_visible_1.0
SUMMARIES = frozenset({"median", "worst", "mean", "single"})


def check_module(module: object) -> PhantomInfo:
    """Return the card of `module`.

    Raises
    ------
    PluginError
        `card_invalid`; says what is wrong first.
    """
    info = getattr(module, "info", None)
    if not isinstance(info, PhantomInfo):
        raise _invalid(type(module).__name__, "info")
    for name in ("locate", "measure"):
        if not callable(getattr(module, name, None)):
            raise _invalid(info.id, name)
    wrong = next(_mistakes(info), None)
    if wrong is not None:
        raise _invalid(info.id, wrong)
    return info


def _mistakes(info: PhantomInfo) -> Iterator[str]:
    if not ID.fullmatch(info.id):
        yield "id"
    yield from (name for name in ("title", "version") if not getattr(info, name))
    if not info.inputs or _repeated(spec.role for spec in info.inputs):
        yield "inputs"
    yield from (f"inputs.{s.role}" for s in info.inputs if s.maximum is not None and s.minimum > s.maximum)
    if not info.measures or _repeated(spec.key for spec in info.measures):
        yield "measures"
    yield from (f"measures.{spec.key}" for spec in info.measures if not _is_sound(spec))
    if _repeated(spec.name for spec in (*info.parameters, *COMMON_PARAMETERS)):
        yield "parameters"
    yield from (f"parameters.{spec.name}" for spec in info.parameters if not _default_fits(info, spec))


def _is_sound(spec: MeasurementSpec) -> bool:
    return bool(KEY.fullmatch(spec.key) and spec.unit and spec.title) and spec.summary in SUMMARIES


def _default_fits(info: PhantomInfo, spec: ParameterSpec) -> bool:
    try:
        return type(spec.default) is spec.type and bool(check_parameters(info, {spec.name: spec.default}))
    except OptimageError:
        return False


def _repeated(names: Iterable[str]) -> bool:
    return any(count > 1 for count in Counter(names).values())


def _invalid(module: str, part: str) -> PluginError:
    return PluginError(
        "card_invalid",
        N_("the phantom module {module} breaks the contract: {part} is missing or wrong"),
        advice=N_("tell the author of the plugin"),
        module=module,
        part=part,
    )

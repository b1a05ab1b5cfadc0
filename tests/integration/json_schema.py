# SPDX-License-Identifier: LGPL-3.0-or-later
"""A check of JSON values against the schemas that the reference publishes."""

TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None)}


def problems(value, schema, place="$", *, root=None):
    """Return what in `value` breaks `schema`; knows the few words our schemas use, and no others."""
    root = root or schema
    known = {"$schema", "$id", "$defs", "title", "description", "format", "$ref", "anyOf", "const", "enum", "type"}
    known |= {"required", "properties", "additionalProperties", "items", "minItems", "maxItems"}
    assert not set(schema) - known, set(schema) - known
    if "$ref" in schema:
        return problems(value, root["$defs"][schema["$ref"].removeprefix("#/$defs/")], place, root=root)
    if "anyOf" in schema:
        tried = [problems(value, choice, place, root=root) for choice in schema["anyOf"]]
        return min(tried, key=len)
    if "const" in schema or "enum" in schema:
        return [] if value in schema.get("enum", [schema.get("const")]) else [f"{place}: {value!r}"]
    if not any(of_type(value, name) for name in as_list(schema["type"])):
        return [f"{place}: {value!r} is not {schema['type']}"]
    if isinstance(value, dict):
        return list(object_problems(value, schema, place, root))
    if isinstance(value, list):
        wrong = not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value))
        inner = [p for i, item in enumerate(value) for p in problems(item, schema["items"], f"{place}[{i}]", root=root)]
        return [f"{place}: {len(value)} items"] * wrong + inner
    return []


def object_problems(value, schema, place, root):
    yield from (f"{place}.{name} is missing" for name in schema.get("required", []) if name not in value)
    for name, item in value.items():
        inner = schema.get("properties", {}).get(name, schema.get("additionalProperties", False))
        if inner is False:
            yield f"{place}.{name} is not in the schema"
        else:
            yield from problems(item, inner, f"{place}.{name}", root=root)


def as_list(value):
    return value if isinstance(value, list) else [value]


def of_type(value, name):
    if name in ("number", "integer"):
        return isinstance(value, (int, float) if name == "number" else int) and not isinstance(value, bool)
    return isinstance(value, TYPES[name])

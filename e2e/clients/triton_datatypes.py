"""Sends every datatype to the model "echo" with Triton's own HTTP or gRPC client, and prints which came back as they were, as one JSON object.

Usage: triton_datatypes.py HOST:PORT [grpc]. The model has, for each type, an input <type>_in and an output <type>_out of two columns.
"""
import json
import sys

import numpy as np
import tritonclient.grpc
import tritonclient.http
from tritonclient.utils import np_to_triton_dtype

ROWS = {
    "float16": np.array([[0.1, -65504], [np.inf, np.nan]], np.float16),
    "float32": np.array([[0.1, -3.4028235e38], [1e-45, -0.0]], np.float32),
    "float64": np.array([[0.1, -1.7976931348623157e308], [5e-324, -0.0]], np.float64),
    "int8": np.array([[-128, 127], [0, -1]], np.int8),
    "int16": np.array([[-(2**15), 2**15 - 1], [0, -1]], np.int16),
    "int32": np.array([[-(2**31), 2**31 - 1], [0, -1]], np.int32),
    "int64": np.array([[-(2**63), 2**63 - 1], [2**53 + 1, -1]], np.int64),
    "uint8": np.array([[0, 255], [1, 2]], np.uint8),
    "uint16": np.array([[0, 2**16 - 1], [1, 2]], np.uint16),
    "uint32": np.array([[0, 2**32 - 1], [1, 2]], np.uint32),
    "uint64": np.array([[0, 2**64 - 1], [2**53 + 1, 2]], np.uint64),
    "bool": np.array([[True, False], [False, True]]),
    "string": np.array([["größer".encode(), b""], [b"a", b"\xf0\x9f\x98\x80"]], object),
}
# JSON has no form for it.
BINARY_ONLY = {"float16"}


def main(address, protocol="http"):
    echoes = grpc_echoes if protocol == "grpc" else http_echoes
    print(json.dumps(echoes(address)))


def grpc_echoes(address):
    """Everything it sends and gets is raw."""
    triton = tritonclient.grpc
    inputs = [sent(triton, name, rows) for name, rows in ROWS.items()]
    outputs = [triton.InferRequestedOutput(f"{name}_out") for name in ROWS]
    return {"raw": compared(triton.InferenceServerClient(address).infer("echo", inputs, outputs=outputs))}


def http_echoes(address):
    client = tritonclient.http.InferenceServerClient(address)
    return {form: in_form(client, form == "binary") for form in ("binary", "json")}


def in_form(client, binary):
    triton = tritonclient.http
    forms = {name: {"binary_data": binary or name in BINARY_ONLY} for name in ROWS}
    inputs = [sent(triton, name, rows, **forms[name]) for name, rows in ROWS.items()]
    return compared(client.infer("echo", inputs, outputs=[triton.InferRequestedOutput(f"{name}_out", **forms[name]) for name in ROWS]))


def sent(triton, name, rows, **form):
    tensor = triton.InferInput(f"{name}_in", list(rows.shape), np_to_triton_dtype(rows.dtype))
    tensor.set_data_from_numpy(rows, **form)
    return tensor


def compared(result):
    return {name: same(result.as_numpy(f"{name}_out"), rows) for name, rows in ROWS.items()}


def same(answer, rows):
    """Bit by bit; texts come back as bytes or, from JSON, as what the client makes of them."""
    if rows.dtype == object:
        return [as_bytes(text) for text in answer.flatten()] == list(rows.flatten())
    return answer.dtype == rows.dtype and answer.shape == rows.shape and answer.tobytes() == rows.tobytes()


def as_bytes(text):
    return text if isinstance(text, bytes) else str(text).encode()


if __name__ == "__main__":
    main(*sys.argv[1:])

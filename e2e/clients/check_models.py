"""Asks a server through TensorFlow Serving's own gRPC stubs what make_models.py wrote down, and prints how the answers differ as one JSON object.

Usage: check_models.py HOST:PORT CASES. CASES is a JSON file: {served: [{as, inputs, outputs, …}], refused: [{as, inputs}], signature: as}, `as` the model's
name on the server, the tensors as make_models.py describes them.
"""
import json
import sys

import grpc
import numpy as np
import tensorflow as tf
from tensorflow_serving.apis import predict_pb2, prediction_service_pb2_grpc

TIMEOUT_SECONDS = 20
MAX_MESSAGE_BYTES = 64 * 1024 * 1024


def main(address, path):
    with open(path) as file:
        cases = json.load(file)
    options = [("grpc.max_send_message_length", MAX_MESSAGE_BYTES), ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES)]
    stub = prediction_service_pb2_grpc.PredictionServiceStub(grpc.insecure_channel(address, options))
    unknown = next(case for case in cases["served"] if case["as"] == cases["signature"])
    print(json.dumps({
        "served": [difference(stub, case) for case in cases["served"]],
        "refused": [refusal(stub, case) for case in cases["refused"]],
        "signature": refusal(stub, unknown, signature_name="nope"),
    }))


def predict(stub, case, **spec):
    request = predict_pb2.PredictRequest(model_spec={"name": case["as"], **spec})
    for name, value in case["inputs"].items():
        request.inputs[name].CopyFrom(tf.make_tensor_proto(value["values"], dtype=value["dtype"]))
    return stub.Predict(request, timeout=TIMEOUT_SECONDS).outputs


def difference(stub, case):
    """The largest one among the numbers; a word where there is more to it than numbers."""
    outputs = predict(stub, case, signature_name=case["signature"])
    if sorted(outputs) != sorted(case["outputs"]):
        return f"outputs {sorted(outputs)}"
    return max((apart(tf.make_ndarray(outputs[name]), value) for name, value in case["outputs"].items()), key=lambda apart: (isinstance(apart, str), apart))


def apart(got, expected):
    wanted = np.array(expected["values"], tf.as_dtype(expected["dtype"]).as_numpy_dtype)
    if (got.dtype, got.shape) != (wanted.dtype, wanted.shape):
        return f"{got.dtype}{got.shape} instead of {wanted.dtype}{wanted.shape}"
    if got.dtype == object:
        return 0.0 if [text.decode() for text in got.flatten()] == wanted.flatten().tolist() else "other texts"
    return float(np.abs(got - wanted).max()) if got.dtype.kind == "f" else 0.0 if np.array_equal(got, wanted) else "other values"


def refusal(stub, case, **spec):
    try:
        predict(stub, case, **spec)
    except grpc.RpcError as error:
        return [error.code().name, error.details()]
    return ["OK", ""]


main(*sys.argv[1:])

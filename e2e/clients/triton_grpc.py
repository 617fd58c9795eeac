"""Drives a server with Triton's own gRPC client and prints what came of it as one JSON object.

Usage: triton_grpc.py HOST:PORT. The server has the model "mnist".
"""
import json
import queue
import sys
import threading

import numpy as np
import tritonclient.grpc as triton
from tritonclient.utils import InferenceServerException


def main(address):
    client = triton.InferenceServerClient(address)
    metadata = client.get_model_metadata("mnist", as_json=True)
    name, output = metadata["inputs"][0]["name"], metadata["outputs"][0]["name"]
    report = {
        "live": client.is_server_live(),
        "ready": client.is_server_ready(),
        "model_ready": client.is_model_ready("mnist", "1"),
        "server": client.get_server_metadata(as_json=True),
        "metadata": metadata,
        "config": client.get_model_config("mnist", as_json=True)["config"],
        "index": client.get_model_repository_index(as_json=True)["models"],
        "trace": client.get_trace_settings(as_json=True)["settings"],
        "logging": client.get_log_settings(as_json=True)["settings"],
        "shared_memory": client.get_system_shared_memory_status(as_json=True),
        "infer": infer(client, name, output),
        "stream": stream(client, name, output),
        "final": final(client, name),
        "refusals": refusals(client, name),
        "statistics": client.get_inference_statistics("mnist", as_json=True)["model_stats"][0],
    }
    client.unregister_system_shared_memory()
    client.unload_model("mnist")
    report["after_unload"] = refused(lambda: client.infer("mnist", digits(name)))[0]
    client.load_model("mnist")
    report["after_load"] = client.is_model_ready("mnist")
    print(json.dumps(report))


def digits(name, rows=2):
    values = np.random.default_rng(7).random((rows, 28, 28, 1), dtype=np.float32)
    tensor = triton.InferInput(name, list(values.shape), "FP32")
    tensor.set_data_from_numpy(values)
    return [tensor]


def infer(client, name, output):
    """One after the other, so that each runs alone and may be compared bit by bit."""
    first = client.infer("mnist", digits(name), request_id="from-python", priority=1, timeout=10_000_000)
    later = queue.Queue()
    client.async_infer("mnist", digits(name), callback=lambda result, error: later.put((result, error)), model_version="1", client_timeout=10)
    result, error = later.get(timeout=20)
    classes = client.infer("mnist", digits(name), outputs=[triton.InferRequestedOutput(output, class_count=2)])
    answer = first.as_numpy(output)
    return {
        "async_equals": error is None and np.array_equal(answer, result.as_numpy(output)),
        "shape": list(answer.shape),
        "dtype": str(answer.dtype),
        "id": first.get_response().id,
        "classes": [text.decode() for text in classes.as_numpy(output).flatten()],
        "compressed_equals": np.array_equal(answer, client.infer("mnist", digits(name), compression_algorithm="gzip").as_numpy(output)),
    }


def stream(client, name, output):
    answers = queue.Queue()
    client.start_stream(callback=lambda result, error: answers.put((result, error)))
    for index in range(20):
        client.async_stream_infer("mnist", digits(name), request_id=str(index))
    client.async_stream_infer("nope", digits(name), request_id="bad")
    client.async_stream_infer("mnist", digits(name), request_id="after")
    got = [answers.get(timeout=20) for _ in range(22)]
    client.stop_stream()
    return [result.get_response().id if error is None else error.message() for result, error in got]


def final(client, name):
    """As clients of models that may give any number of answers: they wait for the one that says it is the last."""
    answers = queue.Queue()
    client.start_stream(callback=lambda result, error: answers.put((result, error)))
    client.async_stream_infer("mnist", digits(name), request_id="last", enable_empty_final_response=True)
    result, error = answers.get(timeout=20)
    client.stop_stream()
    return [result.get_response().id, result.get_response().parameters["triton_final_response"].bool_param] if error is None else error.message()


def refusals(client, name):
    wrong_shape = triton.InferInput(name, [1, 27, 28, 1], "FP32")
    wrong_shape.set_data_from_numpy(np.zeros((1, 27, 28, 1), np.float32))
    wrong_type = triton.InferInput(name, [1, 28, 28, 1], "INT64")
    wrong_type.set_data_from_numpy(np.zeros((1, 28, 28, 1), np.int64))
    return {
        "unknown_model": refused(lambda: client.infer("nope", digits(name))),
        "unknown_version": refused(lambda: client.infer("mnist", digits(name), model_version="9")),
        "wrong_shape": refused(lambda: client.infer("mnist", [wrong_shape])),
        "wrong_type": refused(lambda: client.infer("mnist", [wrong_type])),
        "deadline": refused(lambda: client.infer("mnist", digits(name, 4_096), client_timeout=0.001)),
        "log_update": refused(lambda: client.update_log_settings({"log_verbose_level": 1})),
        "shared_memory": refused(lambda: client.register_system_shared_memory("region", "/key", 64)),
    }


def refused(call):
    try:
        call()
    except InferenceServerException as error:
        return [error.status(), error.message()]
    return ["answered", ""]


main(sys.argv[1])

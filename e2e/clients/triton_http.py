"""Drives a server with Triton's own HTTP client and prints what came of it as one JSON object.

Usage: triton_http.py HOST:PORT. The server has the model "mnist".
"""
import json
import sys

import numpy as np
import tritonclient.http as triton
from tritonclient.utils import InferenceServerException


def main(address):
    client = triton.InferenceServerClient(address)
    metadata = client.get_model_metadata("mnist")
    names = metadata["inputs"][0]["name"], metadata["outputs"][0]["name"]
    report = {
        "live": client.is_server_live(),
        "ready": client.is_server_ready(),
        "model_ready": client.is_model_ready("mnist", "1"),
        "unknown_ready": client.is_model_ready("nope"),
        "server": client.get_server_metadata(),
        "metadata": metadata,
        "config": client.get_model_config("mnist"),
        "index": client.get_model_repository_index(),
        "trace": client.get_trace_settings(),
        "logging": client.get_log_settings(),
        "shared_memory": shared_memory(client),
        "forms": forms(client, *names),
        "classes": classes(client, *names),
        "refusals": refusals(client, names[0]),
        "statistics": client.get_inference_statistics("mnist")["model_stats"][0],
    }
    client.unload_model("mnist")
    report["after_unload"] = client.is_model_ready("mnist")
    client.load_model("mnist")
    report["after_load"] = client.is_model_ready("mnist")
    print(json.dumps(report))


def digits(name, binary):
    rows = np.random.default_rng(7).random((2, 28, 28, 1), dtype=np.float32)
    tensor = triton.InferInput(name, list(rows.shape), "FP32")
    tensor.set_data_from_numpy(rows, binary_data=binary)
    return [tensor]


def forms(client, name, output):
    """One after the other, so that each runs alone and may be compared bit by bit."""
    binary = client.infer("mnist", digits(name, True), request_id="from-python", priority=1, timeout=10_000_000)
    from_json = client.infer("mnist", digits(name, False), outputs=[triton.InferRequestedOutput(output, binary_data=True)])
    to_json = client.infer("mnist", digits(name, True), outputs=[triton.InferRequestedOutput(output, binary_data=False)])
    later = client.async_infer("mnist", digits(name, True), model_version="1").get_result()
    packed = [client.infer("mnist", digits(name, True), request_compression_algorithm=form) for form in ("gzip", "deflate")]
    answer = binary.as_numpy(output)
    return {
        "binary_equals_json": np.array_equal(answer, from_json.as_numpy(output)),
        "json_output_equals": np.array_equal(answer, to_json.as_numpy(output)),
        "async_equals": np.array_equal(answer, later.as_numpy(output)),
        "packed_equals": all(np.array_equal(answer, result.as_numpy(output)) for result in packed),
        "shape": list(answer.shape),
        "dtype": str(answer.dtype),
        "id": binary.get_response()["id"],
    }


def shared_memory(client):
    client.unregister_system_shared_memory()
    client.unregister_system_shared_memory("region")
    client.unregister_cuda_shared_memory()
    client.unregister_cuda_shared_memory("region")
    status = client.get_system_shared_memory_status, client.get_cuda_shared_memory_status
    return [of(*name) for of in status for name in ([], ["region"])]


def classes(client, name, output):
    result = client.infer("mnist", digits(name, True), outputs=[triton.InferRequestedOutput(output, class_count=1)])
    return [text.decode() for text in result.as_numpy(output).flatten()]


def refusals(client, name):
    wrong_shape = triton.InferInput(name, [1, 3], "FP32")
    wrong_shape.set_data_from_numpy(np.zeros((1, 3), np.float32))
    wrong_type = triton.InferInput(name, [1, 28, 28, 1], "INT64")
    wrong_type.set_data_from_numpy(np.zeros((1, 28, 28, 1), np.int64))
    return {
        "unknown_model": refusal(lambda: client.infer("nope", digits(name, True))),
        "wrong_shape": refusal(lambda: client.infer("mnist", [wrong_shape])),
        "wrong_type": refusal(lambda: client.infer("mnist", [wrong_type])),
        "log_update": refusal(lambda: client.update_log_settings({"log_info": False})),
        "system_shared_memory": refusal(lambda: client.register_system_shared_memory("region", "/key", 64)),
        "cuda_shared_memory": refusal(lambda: client.register_cuda_shared_memory("region", b"handle", 0, 64)),
    }


def refusal(call):
    try:
        call()
    except InferenceServerException as error:
        return [error.status(), error.message()]
    return None


if __name__ == "__main__":
    main(sys.argv[1])

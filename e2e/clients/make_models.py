"""Writes small models as Python exports them today, and what each answers to fixed inputs.

Usage: make_models.py FOLDER. Each model is a folder FOLDER/<name>; FOLDER/cases.json lists {model, inputs, outputs}, the tensors under the names of the
signature as {dtype, values}. Weights are seeded; what the models answer was computed here, by the exported signatures themselves.
"""
import json
import os
import sys

import keras
import numpy as np
import tensorflow as tf

CLASSES = ["cat", "dog", "fox", "owl", "yak"]
IMAGE_PIXELS = 224


class Columns(tf.Module):
    """Two signatures of one graph: columns of several types, and a tensor of whatever rank."""

    @tf.function(input_signature=[
        tf.TensorSpec([None, 2], tf.int64, "ids"), tf.TensorSpec([None, 3], tf.float32, "weights"),
        tf.TensorSpec([None, 1], tf.string, "words"), tf.TensorSpec([None], tf.bool, "flags"),
    ])
    def columns(self, ids, weights, words, flags):
        signs = tf.where(flags, 1.0, -1.0)
        return {
            "next_ids": ids + 1, "weighted": tf.reduce_sum(weights, axis=1) * signs,
            "shouted": tf.strings.upper(words, encoding="utf-8"), "lengths": tf.strings.length(words), "is_long": tf.strings.length(words) > 3,
        }

    @tf.function(input_signature=[tf.TensorSpec(None, tf.float32, "x")])
    def any_rank(self, x):
        return {"halves": x / 2.0, "sizes": tf.zeros_like(x) + tf.cast(tf.size(x), tf.float32) / tf.cast(tf.shape(x)[0], tf.float32)}


class Fragile(tf.Module):
    """Raises on an index that its table does not have, which no signature can say."""

    def __init__(self):
        self.table = tf.Variable([0.5, 1.5, 2.5, 3.5])

    @tf.function(input_signature=[tf.TensorSpec([None], tf.int64, "index")])
    def look_up(self, index):
        return {"value": tf.gather(self.table, index)}


class Lethal(tf.Module):
    """Leaves the rank open, and ends the process of TensorFlow's library on pictures without a channel."""

    def __init__(self):
        self.kernel = tf.Variable(tf.ones([2, 2, 1, 1]))

    @tf.function(input_signature=[tf.TensorSpec(None, tf.float32, "image")])
    def sums(self, image):
        return {"sums": tf.raw_ops.Conv2D(input=image, filter=self.kernel, strides=[1, 1, 1, 1], padding="VALID")}


def dense():
    layers = [keras.layers.Dense(8, "relu"), keras.layers.BatchNormalization(), keras.layers.Dense(3, "softmax")]
    return keras.Sequential([keras.Input((4,), name="measures"), *layers])


def conv():
    """Takes pictures of any size, but none smaller than its kernels."""
    return keras.Sequential([
        keras.Input((None, None, 1)), keras.layers.Conv2D(4, 3, activation="relu"), keras.layers.MaxPooling2D(),
        keras.layers.GlobalAveragePooling2D(), keras.layers.Dense(2),
    ])


def two_towers():
    left, right = keras.Input((3,), name="left"), keras.Input((2,), name="right")
    joined = keras.layers.Concatenate()([keras.layers.Dense(4, "tanh")(left), right])
    return keras.Model({"left": left, "right": right}, {"score": keras.layers.Dense(1, "sigmoid")(joined), "code": keras.layers.Dense(2)(joined)})


def text():
    """Strings, a table of words, and a loop over them."""
    words = keras.layers.TextVectorization(max_tokens=20, output_sequence_length=4)
    words.adapt(["the quick brown fox", "jumps over the lazy dog"])
    layers = [words, keras.layers.Embedding(20, 4), keras.layers.LSTM(5), keras.layers.Dense(2, "softmax")]
    return keras.Sequential([keras.Input((1,), dtype="string"), *layers])


def classifier():
    """Brings its own scaling of pixels, as Keras' applications do."""
    return keras.Sequential([
        keras.Input((IMAGE_PIXELS, IMAGE_PIXELS, 3)), keras.layers.Rescaling(1 / 127.5, offset=-1), keras.layers.DepthwiseConv2D(3, strides=2),
        keras.layers.AveragePooling2D(37), keras.layers.Flatten(), keras.layers.Dense(len(CLASSES), "softmax"),
    ])


def main(folder):
    keras.utils.set_random_seed(20_250_117)
    random = np.random.default_rng(7)
    picture = random.integers(0, 256, (IMAGE_PIXELS, IMAGE_PIXELS, 3), np.uint8)
    tf.io.write_file(os.path.join(folder, "picture.png"), tf.io.encode_png(picture))
    with open(os.path.join(folder, "labels.txt"), "w") as file:
        file.write("\n".join(CLASSES))

    def rows(*shape):
        return random.normal(size=shape).astype(np.float32)

    save_keras(folder)
    save_modules(folder)
    cases = [
        case(folder, "dense", rows(3, 4)),
        case(folder, "conv", rows(2, 8, 8, 1)),
        case(folder, "two_towers", {"left": rows(2, 3), "right": rows(2, 2)}),
        case(folder, "conv", rows(1, 5, 7, 1)),
        case(folder, "text", np.array([["The lazy FOX!"], ["zebra jumps"]], object)),
        case(folder, "classifier", picture[np.newaxis].astype(np.float32)),
        case(folder, "columns", {
            "ids": np.array([[2**53 - 2, -(2**40)], [-1, 0]]), "weights": rows(2, 3), "words": np.array([["grüße"], [""]], object), "flags": np.array([True, False]),
        }, "columns"),
        case(folder, "columns", rows(2, 3, 2), "any_rank"),
        case(folder, "columns", rows(3), "any_rank"),
        case(folder, "fragile", np.array([3, 0])),
        case(folder, "lethal", rows(1, 3, 3, 1)),
    ]
    with open(os.path.join(folder, "cases.json"), "w") as file:
        json.dump(cases, file)


def save_keras(folder):
    for make in (dense, conv, two_towers, text, classifier):
        make().export(os.path.join(folder, make.__name__), verbose=False)


def save_modules(folder):
    columns, fragile, lethal = Columns(), Fragile(), Lethal()
    tf.saved_model.save(columns, os.path.join(folder, "columns"), signatures={"columns": columns.columns, "any_rank": columns.any_rank})
    tf.saved_model.save(fragile, os.path.join(folder, "fragile"), signatures=fragile.look_up)
    tf.saved_model.save(lethal, os.path.join(folder, "lethal"), signatures=lethal.sums)


def case(folder, model, inputs, signature="serving_default"):
    """What a signature answers; an array goes to its only input, whatever that is called."""
    loaded = tf.saved_model.load(os.path.join(folder, model))
    function = loaded.signatures[signature]
    named = inputs if isinstance(inputs, dict) else {name: inputs for name in function.structured_input_signature[1]}
    outputs = function(**{name: tf.constant(value) for name, value in named.items()})
    return {"model": model, "signature": signature, "inputs": described(named), "outputs": described({name: value.numpy() for name, value in outputs.items()})}


def described(tensors):
    return {name: {"dtype": tf.as_dtype(value.dtype).name, "values": texts(value)} for name, value in tensors.items()}


def texts(value):
    if value.dtype != object:
        return value.tolist()
    return np.vectorize(lambda text: text.decode() if isinstance(text, bytes) else text, otypes=[object])(value).tolist()


main(*sys.argv[1:])

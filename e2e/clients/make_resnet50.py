"""Writes ResNet50 as Keras has and exports it, two pictures of its size, and what Keras itself answers to them.

Usage: make_resnet50.py FOLDER PICTURE. FOLDER/saved_model and FOLDER/resnet50.onnx are the model, FOLDER/labels.txt names its classes; FOLDER/0.png is
PICTURE, and FOLDER/1.png its negative. FOLDER/answers.json lists for each what Keras' preprocessing makes of it, the probabilities that Keras predicts,
and those that it predicts of the pixels as they are.
"""
import json
import os
import sys

import keras
import numpy as np
import tensorflow as tf

SIDE = 224
CLASSES = 1000
LAST_OF_BLOCK = "_3_bn"
# What a block adds to its input. Untrained ones add so much that the rounding of float32 grows from block to block: by 3e-5 of a probability in Keras itself.
BLOCK_SHARE = 0.2
# Of the logits, so that a few of the classes stand out.
STANDARD_DEVIATION = 6


def main(folder, path):
    keras.utils.set_random_seed(50)
    pictures = make_pictures(path)
    for index, picture in enumerate(pictures):
        tf.io.write_file(os.path.join(folder, f"{index}.png"), tf.io.encode_png(picture))
    with open(os.path.join(folder, "labels.txt"), "w") as file:
        file.write("\n".join(f"class number {index}" for index in range(CLASSES)))
    pixels = pictures.astype(np.float32)
    tensors = keras.applications.resnet50.preprocess_input(pixels.copy())  # which writes into what it is given
    model = resnet50(tensors)
    with open(os.path.join(folder, "answers.json"), "w") as file:
        json.dump(answers(model, tensors, pixels), file)
    model.export(os.path.join(folder, "saved_model"), verbose=False)
    model.export(os.path.join(folder, "resnet50.onnx"), format="onnx", verbose=False)


def make_pictures(path):
    """They need no resizing, in which no two libraries agree to the last digit."""
    decoded = tf.io.decode_image(tf.io.read_file(path), channels=3, expand_animations=False)
    picture = np.clip(np.rint(tf.image.resize(decoded, (SIDE, SIDE))), 0, 255).astype(np.uint8)
    return np.stack([picture, 255 - picture])


def resnet50(tensors):
    """Weights are seeded. Normalisations have the moments of the pictures, as after a training: with 0 and 1, folding them away would not show."""
    model = keras.applications.ResNet50(weights=None, classes=CLASSES)
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.momentum = 0.0
            if layer.name.endswith(LAST_OF_BLOCK):
                layer.gamma.assign(layer.gamma * BLOCK_SHARE)
    model(tensors, training=True)
    *_, pooling, head = model.layers
    logits = keras.Model(model.input, pooling.output)(tensors) @ head.kernel
    head.kernel.assign(head.kernel * (STANDARD_DEVIATION / np.std(logits)))
    return model


def answers(model, tensors, pixels):
    predicted = model.predict(np.concatenate([tensors, pixels]), verbose=0).tolist()
    rows = zip(tensors.tolist(), predicted[:len(tensors)], predicted[len(tensors):])
    return [{"tensor": tensor, "probabilities": probabilities, "ofPixels": of_pixels} for tensor, probabilities, of_pixels in rows]


main(*sys.argv[1:])

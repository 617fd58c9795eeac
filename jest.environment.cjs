const { TestEnvironment } = require('jest-environment-node');

const HOST_CLASSES = [
  'ArrayBuffer', 'SharedArrayBuffer', 'DataView', 'Float32Array', 'Float64Array', 'Int8Array', 'Int16Array', 'Int32Array',
  'BigInt64Array', 'Uint8Array', 'Uint8ClampedArray', 'Uint16Array', 'Uint32Array', 'BigUint64Array', 'Error', 'TypeError', 'RangeError',
];

/**
 * Jest runs each file in a vm context with typed-array classes of its own, which native engines refuse ("not a Float32Array").
 * Sharing the host's classes makes `instanceof` true on both sides.
 */
module.exports = class HostTypedArraysEnvironment extends TestEnvironment {
  async setup() {
    await super.setup();
    for (const name of HOST_CLASSES) this.global[name] = globalThis[name];
  }
};

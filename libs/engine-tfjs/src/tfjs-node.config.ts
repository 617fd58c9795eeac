/**
 * Keeps TensorFlow's own log on stderr to errors, unless the operator asks for more; must run before the library is loaded.
 * The level is a C environment variable: a worker thread cannot set it, only its process.
 */
export function quietNativeLog(): void {
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
}

/** Errors only: the native library otherwise writes pages about the CPU on stderr. It reads the variable when it is loaded; the operator's own setting stays. */
export function quietTensorFlow(): void {
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
}

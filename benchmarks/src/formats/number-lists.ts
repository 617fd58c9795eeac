/** Nested lists as most clients write them: four decimals, a zero is `0.0`. */
export function nestedList(data: Float32Array, [size = 0, ...inner]: readonly number[]): string {
  const width = data.length / size;
  const parts = Array.from({ length: size }, (_, index) =>
    inner.length === 0 ? formatNumber(data[index] ?? NaN) : nestedList(data.subarray(index * width, (index + 1) * width), inner),
  );
  return `[${parts.join(',')}]`;
}

function formatNumber(value: number): string {
  const text = String(Math.round(value * 10_000) / 10_000);
  return text.includes('.') ? text : `${text}.0`;
}

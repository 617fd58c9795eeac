/** Sum of a metric's samples at `/metrics`, over all labels that match. */
export async function readMetric(baseUrl: string, name: string, label = ''): Promise<number> {
  const text = await (await fetch(`${baseUrl}/metrics`, { signal: AbortSignal.timeout(5_000) })).text();
  const samples = text.split('\n').filter((line) => line.startsWith(`${name}{`) && line.includes(label));
  return samples.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}

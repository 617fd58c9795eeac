/** Lists whose first element is a layer's name, which must stay as it is: `["conv_1", 0, 0, {}]`. */
const REFERENCE_LISTS = new Set(['inboundNodes', 'inputLayers', 'outputLayers']);

/**
 * Keys and values of a saved topology from snake case, as Keras and tfjs write them, to the camel case that tfjs works with;
 * layer names are kept. The same rules as `convertPythonicToTs` of tfjs-layers (src/utils/serialization_utils.ts),
 * so that a model means here what it means there.
 */
export function camelCaseConfig(value: unknown, key?: string): unknown {
  if (typeof value === 'string') return camelCase(value);
  if (Array.isArray(value)) {
    const isReference = key !== undefined && REFERENCE_LISTS.has(key);
    return value.map((item: unknown, index) =>
      isReference && index === 0 && typeof item === 'string' ? item : camelCaseConfig(item, key),
    );
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => {
      const camelName = camelCase(name);
      return [camelName, name === 'name' && typeof item === 'string' ? item : camelCaseConfig(item, camelName)];
    }),
  );
}

function camelCase(text: string): string {
  return text.length <= 1 ? text : text.replace(/_+(\w|$)/g, (_, next: string) => next.toUpperCase());
}

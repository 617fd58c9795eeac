/**
 * Something the export cannot express. It never leaves this package: `exportLayersModel` turns it into a reason,
 * since the original model serves well without an ONNX form.
 */
export class ExportRefusal extends Error {
  override readonly name = 'ExportRefusal';
}

/** @throws ExportRefusal whose sentence begins with the layer: `Layer "x" ${clause}`. */
export function refuseLayer(layer: { readonly name: string }, clause: string): never {
  throw new ExportRefusal(`Layer "${layer.name}" ${clause}`);
}

import type { OpenAPIObject } from '@nestjs/swagger';

/** The OpenAPI document of the running api: made once, after all routes are known, and read by whatever describes the api. */
export class ApiDescription {
  #make: (() => OpenAPIObject) | undefined;
  #document: OpenAPIObject | undefined;

  /** How the document is made; called at the first reading. */
  describeBy(make: () => OpenAPIObject): void {
    this.#make = make;
  }

  get document(): OpenAPIObject {
    if (this.#make === undefined) throw new Error('The api has not been described yet: describeBy comes first.');
    return (this.#document ??= this.#make());
  }

  /** `POST /predict` and its summary, for every route, in the document's order. */
  get endpoints(): Readonly<Record<string, string>> {
    const routes = Object.entries(this.document.paths).flatMap(([path, operations]) =>
      Object.entries(operations as Record<string, { summary?: string }>).map(([method, { summary }]) => [`${method.toUpperCase()} ${path}`, summary ?? ''] as const));
    return Object.fromEntries(routes);
  }
}

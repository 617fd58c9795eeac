import type { OpenAPIObject } from '@nestjs/swagger';

/** What the api says of itself. The version is that of its interface. */
const INFO = { title: 'Switchyard', description: 'Queue-driven, batched model serving: predict, submit jobs, retrain, promote, roll back.', version: '1' } as const;

/** The OpenAPI document of the running api: made once, at its first reading, when all routes are known, and read by whatever describes the api. */
export class ApiDescription {
  /** Known without the document. */
  readonly info = INFO;
  #make: (() => Promise<OpenAPIObject>) | undefined;
  #document: Promise<OpenAPIObject> | undefined;

  /** How the document is made; called at the first reading. */
  describeBy(make: () => Promise<OpenAPIObject>): void {
    this.#make = make;
  }

  document(): Promise<OpenAPIObject> {
    if (this.#make === undefined) throw new Error('The api has not been described yet: describeBy comes first.');
    return (this.#document ??= this.#make());
  }

  /** `POST /predict` and its summary, for every route, in the document's order. */
  async endpoints(): Promise<Readonly<Record<string, string>>> {
    const { paths } = await this.document();
    const routes = Object.entries(paths).flatMap(([path, operations]) =>
      Object.entries(operations as Record<string, { summary?: string }>).map(([method, { summary }]) => [`${method.toUpperCase()} ${path}`, summary ?? ''] as const));
    return Object.fromEntries(routes);
  }
}

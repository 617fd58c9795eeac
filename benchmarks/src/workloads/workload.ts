import type { LoadFormat } from '../formats/wire-format.js';
import type { RequestContent } from '../load/http-request.js';

/** What clients ask for, again and again. A system says under which path it takes it. */
export interface Workload {
  /** `mnist-row`: names it in results, and to a system. */
  readonly name: string;
  /** One line for the report. */
  readonly description: string;
  /** The model that is asked. */
  readonly model: string;
  /** A system takes each format elsewhere. */
  readonly format: LoadFormat;
  readonly rowsPerRequest: number;
  readonly requests: readonly RequestContent[];
  /** What is wrong with an answer to one of the requests, as a sentence; null when it is right. */
  problemWith(request: number, body: Uint8Array): string | null;
}

/** What a system needs to know of a workload to say where it takes it. */
export type Asked = Pick<Workload, 'model' | 'format'>;

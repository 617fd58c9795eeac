import { setFlagsFromString } from 'node:v8';

/** Of what is alive after a full collection: how much may be allocated until the next one. V8 grows a small heap by a third to a half only. */
const HEAP_GROWTH_PERCENT = 200;

/**
 * Lets the heap grow to three times what is alive before V8 collects it in full. Memory of buffers counts as heap to V8, and a service that
 * passes requests of megabytes through forty of them that live was collected after each twelve: a third of its time (docs/decisions/0038).
 * Holds for the whole process, its threads too.
 */
export function collectLessOften(): void {
  setFlagsFromString(`--heap-growing-percent=${HEAP_GROWTH_PERCENT}`);
}

/** How long things are measured. */
export interface Timings {
  readonly warmUpMs: number;
  readonly measureMs: number;
  /** Of the engine alone, for each batch size. */
  readonly ceilingRunMs: number;
}

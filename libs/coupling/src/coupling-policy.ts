/** Bounds of coupling, per model version. */
export interface CouplingPolicy {
  /** Rows in one job; a request with more travels alone. */
  readonly maxJobRows: number;
  /** Bytes of inputs in one job; a larger request travels alone. */
  readonly maxJobBytes: number;
  /** Rows that may wait or be under way; beyond it requests are refused as `overloaded`. */
  readonly maxRowsInHand: number;
  /** Bytes of their inputs. */
  readonly maxBytesInHand: number;
}

/** How much an occurrence counts by where it stands. A field of weight 0 is not searched. */
export interface FieldWeights {
  body: number;
  path: number;
  symbol: number;
}

/** Something that was done to a stock, at one moment between `call` and `return` (milliseconds since 1970, both included). */
export interface StockOperation {
  /** `warehouse/sku`: each has a history of its own. */
  readonly sku: string
  readonly saga: string
  readonly kind: 'reserve' | 'reject' | 'release' | 'commit' | 'giveBack' | 'restock' | 'deduct' | 'read'
  readonly quantity: number
  readonly call: number
  readonly return: number
  /** What it saw (reject, read) or left (restock, deduct); −1: it does not tell. */
  readonly available: number
  readonly reserved: number
}

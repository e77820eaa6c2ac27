/** Something that was done to a sku's stock, at one moment between `call` and `return` (milliseconds since 1970, both included). */
export interface StockOperation {
  /** Each has a history of its own. */
  readonly sku: string
  readonly saga: string
  readonly kind: 'reserve' | 'reject' | 'release' | 'commit' | 'giveBack' | 'restock' | 'deduct' | 'read'
  /** The warehouses that it was done in, all at the same moment. A rejection looks into all of them. */
  readonly places: readonly Place[]
  readonly call: number
  readonly return: number
  /** Of a rejection: how many were wanted, and how many it saw in all warehouses together. */
  readonly wanted: number
  readonly seen: number
}

export interface Place {
  readonly warehouse: string
  /** How many were moved; 0: it tells what it saw or left instead. */
  readonly quantity: number
  /** What it saw (read) or left (restock, deduct); −1: it does not tell. */
  readonly available: number
  readonly reserved: number
}

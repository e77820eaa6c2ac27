import { RuleViolation } from '@murmuration/contracts'

/** Stock of one sku in one warehouse, in pieces: available + reserved = total. */
export interface Stock {
  readonly stockKey: string
  readonly sku: string
  readonly warehouse: string
  readonly available: number
  readonly reserved: number
  readonly total: number
}

/** A quantity of one sku, wherever it lies. */
export interface Wanted {
  readonly sku: string
  readonly quantity: number
}

/** A quantity of one sku in one warehouse. */
export interface Line extends Wanted {
  readonly warehouse: string
}

/** As much as the column and the events' schemas hold. */
export const maxPieces = 2_147_483_647

export const stockKey = ({ sku, warehouse }: Pick<Line, 'sku' | 'warehouse'>): string => `${warehouse}/${sku}`

export const emptyStock = (sku: string, warehouse: string): Stock => ({
  stockKey: stockKey({ sku, warehouse }),
  sku,
  warehouse,
  available: 0,
  reserved: 0,
  total: 0,
})

/** What each movement does to a stock, by the piece. */
const movements = {
  hold: { available: -1, reserved: +1 },
  release: { available: +1, reserved: -1 },
  commit: { available: 0, reserved: -1 },
  restock: { available: +1, reserved: 0 },
  deduct: { available: -1, reserved: 0 },
} as const
export type Movement = keyof typeof movements

/** @throws RuleViolation `not_enough_stock`, or `stock_overflow` */
export function move(stock: Stock, movement: Movement, quantity: number): Stock {
  const available = stock.available + movements[movement].available * quantity
  const reserved = stock.reserved + movements[movement].reserved * quantity
  if (available < 0 || reserved < 0)
    throw new RuleViolation('not_enough_stock', `${stock.stockKey} has too little to ${movement} ${quantity}`)
  if (available + reserved > maxPieces)
    throw new RuleViolation('stock_overflow', `${stock.stockKey} cannot hold more than ${maxPieces} pieces`)
  return { ...stock, available, reserved, total: available + reserved }
}

/** Moves every line. A line without a stock row breaks the rule that stock rows are never deleted. */
export function moveAll(stock: ReadonlyMap<string, Stock>, movement: Movement, lines: readonly Line[]): Stock[] {
  return lines.map((line) => {
    const row = stock.get(stockKey(line))
    if (row === undefined) throw new RuleViolation('unknown_stock', `there is no stock row ${stockKey(line)}`)
    return move(row, movement, line.quantity)
  })
}

import type { Reservation } from '@murmuration/inventory/domain/reservation'
import type { Stock } from '@murmuration/inventory/domain/stock'
import type { Mutant } from './mutant.ts'
import { acted, redecide } from './wrap.ts'

interface Rows {
  readonly reservation: Reservation | undefined
  readonly stock: ReadonlyMap<string, Stock>
}

const without = (rows: unknown, name: string): object => Object.fromEntries(Object.entries(rows as object).filter(([key]) => key !== name))
const GENEROUS = 1_000

export const inventoryMutants: readonly Mutant[] = [
  {
    name: 'release-skipped',
    breaks: 'inventory tells that stock is released, and keeps it',
    definition: redecide('inventory', ['PaymentFailed', 'OrderCancelled'], (decide) => (input, rows, facts) => {
      const decision = decide(input, rows, facts)
      const changed = acted(decision)
      return changed?.rows === undefined ? decision : { ...changed, rows: without(changed.rows, 'stock') as typeof changed.rows }
    }),
  },
  {
    name: 'committed-stock-released',
    breaks: 'the hold’s timer goes on after the payment, and gives back what was sold',
    definition: (definition) =>
      redecide('inventory', ['reservation-expires'], (decide) => (input, { reservation, stock }: Rows, facts) => {
        if (reservation?.status !== 'committed') return decide(input, { reservation, stock }, facts)
        const back = new Map([...stock].map(([key, row]) => [key, { ...row, reserved: row.reserved + GENEROUS }]))
        const changed = acted(decide(input, { reservation: { ...reservation, status: 'held' }, stock: back }, facts))
        const rows = (changed?.rows as { stock: Stock[] } | undefined)?.stock ?? []
        const released = rows.map((row) => ({ ...row, reserved: row.reserved - GENEROUS, total: row.available + row.reserved - GENEROUS }))
        return { ...changed, rows: { ...changed?.rows, stock: released.map((row) => ({ ...row, reserved: Math.max(0, row.reserved) })) } }
      })(
        redecide('inventory', ['PaymentCaptured'], (decide) => (input, rows, facts) => {
          const decision = decide(input, rows, facts)
          const changed = acted(decision)
          return changed === undefined ? decision : { ...changed, disarm: [] }
        })(definition),
      ),
  },
  {
    name: 'availability-unchecked',
    breaks: 'stock is reserved that is not there',
    definition: redecide('inventory', ['OrderPlaced'], (decide) => (input, all: Rows, facts) => {
      const more = new Map([...all.stock].map(([key, row]) => [key, { ...row, available: row.available + GENEROUS }]))
      const decision = decide(input, { ...all, stock: more }, facts)
      const changed = acted(decision)
      const rows = changed?.rows as { stock?: readonly Stock[] } | undefined
      if (changed === undefined || rows?.stock === undefined) return decision
      const less = rows.stock.map((row) => ({ ...row, available: row.available - GENEROUS, total: row.total - GENEROUS }))
      return { ...changed, rows: { ...rows, stock: less } }
    }),
  },
  {
    name: 'first-line-only',
    breaks: 'of an order with several lines only the first one is taken from the stock',
    definition: redecide('inventory', ['OrderPlaced'], (decide) => (input, rows, facts) => {
      const decision = decide(input, rows, facts)
      const changed = acted(decision)
      const { stock } = (changed?.rows ?? {}) as { stock?: readonly Stock[] }
      return changed === undefined || stock === undefined ? decision : { ...changed, rows: { ...changed.rows, stock: stock.slice(0, 1) } }
    }),
  },
  {
    name: 'back-to-another-warehouse',
    breaks: 'of what comes back from two warehouses, one piece comes back into the wrong one',
    definition: redecide('inventory', ['PaymentFailed', 'OrderCancelled', 'reservation-expires'], (decide) => (input, rows, facts) => {
      const decision = decide(input, rows, facts)
      const changed = acted(decision)
      const { stock } = (changed?.rows ?? {}) as { stock?: readonly Stock[] }
      const [first, second, ...others] = stock ?? []
      if (changed === undefined || first === undefined || second === undefined || first.sku !== second.sku) return decision
      const less = { ...first, available: first.available - 1, total: first.total - 1 }
      const more = { ...second, available: second.available + 1, total: second.total + 1 }
      return { ...changed, rows: { ...changed.rows, stock: [less, more, ...others] } }
    }),
  },
]

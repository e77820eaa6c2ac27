import type { Filter } from './catalogue.ts'

const freshMs = 5000
const most = 1000

/** Counts of filters, a few seconds old at most: counting 10,000 products for every page would be most of its cost. */
export interface Totals {
  of(filter: Filter): Promise<number>
  /** The catalogue changed. */
  forget(): void
}

export function totals(count: (filter: Filter) => Promise<number>): Totals {
  const known = new Map<string, { total: Promise<number>; until: number }>()
  return {
    of(filter) {
      const key = JSON.stringify([filter.category, filter.currency, filter.minPrice, filter.maxPrice])
      const found = known.get(key)
      if (found && found.until > Date.now()) return found.total
      const total = count(filter)
      known.delete(key)
      known.set(key, { total, until: Date.now() + freshMs })
      if (known.size > most) known.delete(known.keys().next().value ?? '')
      total.catch(() => known.delete(key))
      return total
    },
    forget: () => known.clear(),
  }
}

/** Chance from a seed: the same seed, the same draws. */
export interface Random {
  /** 0 ≤ x < 1 */
  next(): number
  /** Whole, from and to included. */
  between(from: number, to: number): number
  pick<Item>(items: readonly Item[]): Item
  chance(share: number): boolean
  shuffled<Item>(items: readonly Item[]): Item[]
}

/** mulberry32 over a hash of the seed and what it is for, so that streams with different purposes do not follow each other. */
export function randomOf(seed: number, purpose: string): Random {
  let state = seed >>> 0
  for (const letter of purpose) state = Math.imul(state ^ letter.charCodeAt(0), 0x5bd1e995) + 0x9e3779b9
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const between = (from: number, to: number): number => from + Math.floor(next() * (to - from + 1))
  return {
    next,
    between,
    pick(items) {
      const item = items[between(0, items.length - 1)]
      if (item === undefined) throw new Error('there is nothing to pick from')
      return item
    },
    chance: (share) => next() < share,
    shuffled(items) {
      const rest = [...items]
      return items.map(() => rest.splice(between(0, rest.length - 1), 1)).flat()
    },
  }
}

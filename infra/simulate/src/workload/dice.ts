/** Chance from a seed: the same numbers in the same order, on every machine. */
export interface Dice {
  /** At least 0, less than `limit`. */
  below(limit: number): number
  /** Both included. */
  between(from: number, to: number): number
  chance(probability: number): boolean
  pick<Item>(items: readonly Item[]): Item
}

/** The generator sfc32 (Chris Doty-Humphrey), which is small, quick and good enough for schedules. */
export function dice(seed: number): Dice {
  let [a, b, c, counter] = [0, seed | 0, (seed / 2 ** 32) | 0, 1]
  const next = (): number => {
    const sum = (a + b + counter++) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return (sum >>> 0) / 2 ** 32
  }
  for (let round = 0; round < 12; round++) next()
  const below = (limit: number) => Math.floor(next() * limit)
  return {
    below,
    between: (from, to) => from + below(to - from + 1),
    chance: (probability) => next() < probability,
    pick: (items) => items[below(items.length)] as (typeof items)[number],
  }
}

/** Chance from a seed and a name: the same numbers in the same order, whatever other chances are asked in between. */
export interface Chance {
  /** At least 0 and less than 1. */
  next(): number
  /** A whole number, at least 0 and less than the limit. */
  below(limit: number): number
  /** A whole number from the first to the second, both included. */
  between(from: number, to: number): number
  happens(probability: number): boolean
  pick<Item>(items: readonly Item[]): Item
}

/** @param seed a whole number below 2^53 */
export function chance(seed: number, name: string): Chance {
  let state = mix(mix(seed | 0) ^ Math.floor(seed / 2 ** 32) ^ hashOf(name))
  const next = (): number => {
    state = (state + 0x9e3779b9) | 0
    return (mix(state) >>> 0) / 2 ** 32
  }
  return {
    next,
    below: (limit) => Math.floor(next() * limit),
    between: (from, to) => from + Math.floor(next() * (to - from + 1)),
    happens: (probability) => next() < probability,
    pick: (items) => items[Math.floor(next() * items.length)] as (typeof items)[number],
  }
}

/** The finaliser of splitmix32. */
function mix(value: number): number {
  let mixed = value
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad)
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
  return mixed ^ (mixed >>> 15)
}

/** FNV-1a. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  return hash >>> 0
}
